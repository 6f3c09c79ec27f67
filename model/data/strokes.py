"""Strokes of a pen: drawings read from a file, and strokes placed on a canvas."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

Point = tuple[float, float]
"""(x, y), x to the right and y down."""

Stroke = Sequence[Point]


@dataclass(frozen=True)
class Drawing:
    """A drawing in any unit of length. label: the digit, or a name if the drawing is not a digit."""

    label: int | str
    strokes: tuple[tuple[Point, ...], ...]


@dataclass(frozen=True)
class PenStroke:
    """One stroke on a canvas: its points and the width of the pen, in pixels."""

    points: tuple[Point, ...]
    width: float


def load_drawings(path: str | Path) -> list[Drawing]:
    """Drawings from a file of JSON lines with `label` and `strokes`.

    Raises OSError if the file cannot be read, ValueError if a line is not a drawing.
    """
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    return [_drawing(line) for line in lines if line.strip()]


def _drawing(line: str) -> Drawing:
    try:
        record = json.loads(line)
        strokes = tuple(tuple((float(x), float(y)) for x, y in stroke) for stroke in record["strokes"])
        return Drawing(record["label"], strokes)
    except (KeyError, TypeError):
        raise ValueError(f"This line is no drawing with a label and strokes: {line[:80]}") from None


def place_strokes(
    strokes: Sequence[Stroke], canvas: int, size: float, pen: float, rng: np.random.Generator | None = None
) -> list[list[Point]]:
    """The strokes in pixels of a square canvas: longest side `size` pixels, proportions kept.

    They are in the middle of the canvas. With `rng` they are at a random place where a pen of `pen` pixels stays on the
    canvas; if there is no such place, in the middle.
    """
    points = np.concatenate([np.asarray(stroke, np.float64) for stroke in strokes])
    low, high = points.min(axis=0), points.max(axis=0)
    scale = size / max(float((high - low).max()), 1e-9)
    extent = (high - low) * scale
    room = np.maximum(canvas - pen - extent, 0)
    corner = (canvas - extent) / 2 if rng is None else np.where(room > 0, pen / 2, (canvas - extent) / 2)
    if rng is not None:
        corner = corner + room * rng.random(2)
    return [
        [(float(x), float(y)) for x, y in (np.asarray(stroke, np.float64) - low) * scale + corner] for stroke in strokes
    ]

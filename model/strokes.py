"""Strokes of a pen: reading them, placing them on a canvas, and painting them as a browser's canvas does."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Point = tuple[float, float]
"""(x, y), x to the right and y down."""

Stroke = Sequence[Point]

Float = NDArray[np.float32]


@dataclass(frozen=True)
class Drawing:
    """What somebody drew, in any unit of length. `label` is the digit, or a name where it is none."""

    label: int | str
    strokes: tuple[tuple[Point, ...], ...]


def load_drawings(path: str | Path) -> list[Drawing]:
    """Drawings from a file of JSON lines with `label` and `strokes`. Raises OSError or ValueError as the file is."""
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    records = (json.loads(line) for line in lines if line.strip())
    return [
        Drawing(record["label"], tuple(tuple((float(x), float(y)) for x, y in stroke) for stroke in record["strokes"]))
        for record in records
    ]


def place_strokes(
    strokes: Sequence[Stroke], canvas: int, size: float, pen: float, rng: np.random.Generator | None = None
) -> list[list[Point]]:
    """The strokes in pixels of a square canvas: longest side `size` pixels, proportions kept.

    They lie in the middle, or at a random place where `rng` is given, so far from the edge that a pen of `pen` pixels
    stays on the canvas (in the middle where there is no room).
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


def render_strokes(
    strokes: Sequence[Stroke], width: float | Sequence[float], height_px: int, width_px: int | None = None
) -> NDArray[np.uint8]:
    """Strokes as a browser's canvas paints them: white, round caps and joins, smooth edges, on black.

    width: pen width in pixels, one for all or one per stroke. Returns uint8 (height_px, width_px).
    A pixel's value is its distance to the polyline's outline, which is the exact coverage of a straight edge to within
    a few levels. Points outside the canvas are cut off. Raises ValueError for a size below 1 or numbers that are not
    finite.
    """
    width_px = height_px if width_px is None else width_px
    if height_px < 1 or width_px < 1:
        raise ValueError(f"A canvas has at least one pixel; {width_px}x{height_px} was asked for.")
    widths = [float(width)] * len(strokes) if isinstance(width, (int, float)) else [float(value) for value in width]
    canvas = np.zeros((height_px, width_px), np.float32)
    for stroke, pen in zip(strokes, widths, strict=True):
        points = np.asarray(stroke, np.float64).reshape(-1, 2)
        if not (np.isfinite(points).all() and math.isfinite(pen)):
            raise ValueError("A stroke's points and width must be finite numbers.")
        if len(points):
            _paint(canvas, points, max(pen, 0.0) / 2)
    return (canvas * 255).round().astype(np.uint8)


def _paint(canvas: Float, points: NDArray[np.float64], radius: float) -> None:
    """The largest coverage of any segment, each computed only inside its own box."""
    starts, ends = (points[:-1], points[1:]) if len(points) > 1 else (points, points)
    reach = radius + 1
    stroke = np.zeros_like(canvas)
    for (x0, y0), (x1, y1) in zip(starts, ends, strict=True):
        left, right = max(0, math.floor(min(x0, x1) - reach)), min(canvas.shape[1], math.ceil(max(x0, x1) + reach))
        top, bottom = max(0, math.floor(min(y0, y1) - reach)), min(canvas.shape[0], math.ceil(max(y0, y1) + reach))
        if left >= right or top >= bottom:
            continue
        x = np.arange(left, right) + 0.5 - x0
        y = (np.arange(top, bottom) + 0.5 - y0)[:, None]
        dx, dy = x1 - x0, y1 - y0
        length = dx * dx + dy * dy
        along = np.clip((x * dx + y * dy) / length, 0, 1) if length else 0.0
        distance = np.hypot(x - along * dx, y - along * dy)
        part = stroke[top:bottom, left:right]
        np.maximum(part, np.clip(radius + 0.5 - distance, 0, 1), out=part)
    # Two strokes that overlap are painted one over the other.
    canvas += stroke * (1 - canvas)

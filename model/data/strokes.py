"""Strokes of a pen: reading them, placing them on a canvas, and painting them as a browser's canvas does."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

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

    Returns uint8 (height_px, width_px); the rest as `render_growth`.
    """
    return render_growth(strokes, width, height_px, width_px)[-1]


def render_growth(
    strokes: Sequence[Stroke], width: float | Sequence[float], height_px: int, width_px: int | None = None
) -> list[NDArray[np.uint8]]:
    """The canvas as it grows: blank, then after each stroke; one picture more than there are strokes.

    width: pen width in pixels, one for all or one per stroke. Each picture is uint8 (height_px, width_px).
    A pixel's value is its distance to the polyline's outline, which is the exact coverage of a straight edge to within
    a few levels. Points outside the canvas are cut off. Raises ValueError for a size below 1 or numbers that are not
    finite.
    """
    width_px = height_px if width_px is None else width_px
    if height_px < 1 or width_px < 1:
        raise ValueError(f"A canvas has at least one pixel; {width_px}x{height_px} was asked for.")
    widths = [float(width)] * len(strokes) if isinstance(width, (int, float)) else [float(value) for value in width]
    canvas = np.zeros((height_px, width_px), np.float32)
    pictures = [canvas.astype(np.uint8)]
    for stroke, pen in zip(strokes, widths, strict=True):
        points = np.asarray(stroke, np.float64).reshape(-1, 2)
        if not (np.isfinite(points).all() and math.isfinite(pen)):
            raise ValueError("A stroke's points and width must be finite numbers.")
        if len(points):
            _paint(canvas, points, max(pen, 0.0) / 2)
        pictures.append((canvas * 255).round().astype(np.uint8))
    return pictures


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


# --- what the drawing component sends --------------------------------------------------------------------------------

MAX_STROKES = 200
MAX_COMMANDS = 20_000
_CURVE_PIXELS = 3.0
"""A curve is cut into pieces of about this length."""


@dataclass(frozen=True)
class PenStroke:
    """One stroke on a canvas: its points in pixels and the width of the pen."""

    points: tuple[Point, ...]
    width: float


def render_pen_strokes(strokes: Sequence[PenStroke], side: int) -> list[NDArray[np.uint8]]:
    """A square canvas, uint8 (side, side), as it grows stroke by stroke, see `render_growth`; the last is the whole."""
    return render_growth([stroke.points for stroke in strokes], [stroke.width for stroke in strokes], side)


def smooth_stroke(points: Stroke) -> Stroke:
    """The line that the canvas draws through a pen's points: quadratic curves from middle to middle of its segments.

    This is Fabric.js's PencilBrush; a stroke of one or two points stays as it is.
    """
    if len(points) < 3:
        return points
    middles = [((x0 + x1) / 2, (y0 + y1) / 2) for (x0, y0), (x1, y1) in pairwise(points)]
    curves = [["Q", *point, *middle] for point, middle in zip(points, middles, strict=False)]
    flat = _flatten([["M", *points[0]], *curves, ["L", *points[-1]]])
    return [(float(x), float(y)) for x, y in flat]


def strokes_of_fabric(objects: Any) -> list[PenStroke]:
    """The pen strokes among the objects of a Fabric.js canvas, as streamlit-drawable-canvas sends them.

    Paths are followed through quadratic curves, as the browser paints them, and through an edit's move, scale and turn.
    What comes from a browser is not trusted: anything malformed or excessive is left out, and nothing is raised.
    """
    strokes: list[PenStroke] = []
    commands = 0
    for item in objects if isinstance(objects, list) else []:
        path = item.get("path") if isinstance(item, dict) else None
        if not isinstance(path, list) or len(strokes) >= MAX_STROKES:
            continue
        commands += len(path)
        if commands > MAX_COMMANDS:
            break
        try:
            points = _flatten(path)
            placed, scale = _place(points, item)
            width = float(item.get("strokeWidth", 1)) * scale
        except (TypeError, ValueError, IndexError, KeyError, OverflowError):
            continue
        if len(placed) and np.isfinite(placed).all() and math.isfinite(width) and abs(placed).max() < 1e5:
            strokes.append(PenStroke(tuple((float(x), float(y)) for x, y in placed), min(max(width, 0.0), 1e3)))
    return strokes


def _flatten(path: list[Any]) -> NDArray[np.float64]:
    """(N, 2) points along the path's M, L and Q commands."""
    points: list[NDArray[np.float64]] = []
    for command, *numbers in path:
        values = np.asarray(numbers, np.float64).reshape(-1, 2)
        if not np.isfinite(values).all():
            raise ValueError("not finite")
        if command == "Q":
            start, control, end = points[-1], values[0], values[1]
            length = float(np.hypot(*(control - start)) + np.hypot(*(end - control)))
            pieces = min(32, max(1, math.ceil(length / _CURVE_PIXELS)))
            for t in np.arange(1, pieces + 1) / pieces:
                points.append((1 - t) ** 2 * start + 2 * t * (1 - t) * control + t**2 * end)
        elif command in ("M", "L"):
            points.append(values[0])
    return np.asarray(points).reshape(-1, 2)


def _place(points: NDArray[np.float64], item: dict[str, Any]) -> tuple[NDArray[np.float64], float]:
    """Points where the object stands now, and by how much its pen has grown. A fresh stroke stands where it was drawn.

    Fabric keeps the drawn path and, beside it, the object's position, scale and angle about the middle of its box.
    """
    scale_x, scale_y = float(item.get("scaleX", 1)), float(item.get("scaleY", 1))
    angle = math.radians(float(item.get("angle", 0)))
    pen = float(item.get("strokeWidth", 1))
    low, high = points.min(axis=0), points.max(axis=0)
    middle = (low + high) / 2
    size = (float(item["width"]) + pen) * scale_x, (float(item["height"]) + pen) * scale_y
    share = {"left": 0.5, "top": 0.5, "center": 0.0, "right": -0.5, "bottom": -0.5}
    offset_x = share[item.get("originX", "left")] * size[0]
    offset_y = share[item.get("originY", "top")] * size[1]
    cos, sin = math.cos(angle), math.sin(angle)
    turn = np.array([[cos, sin], [-sin, cos]])
    center = np.array([float(item["left"]), float(item["top"])]) + np.array([offset_x, offset_y]) @ turn
    flip = np.array([-1 if item.get("flipX") else 1, -1 if item.get("flipY") else 1])
    local = (points - middle) * np.array([scale_x, scale_y]) * flip
    if scale_x == scale_y == 1 and angle == 0 and np.abs(center - middle).max() < 1.0:
        center = middle  # unmoved; the box is rounded, the path is not
    return local @ turn + center, math.sqrt(abs(scale_x * scale_y))

"""Painting strokes as a browser's canvas does: white on black, with round caps and joins and smooth edges."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from model.data.strokes import PenStroke, Stroke


def render_strokes(
    strokes: Sequence[Stroke], width: float | Sequence[float], height_px: int, width_px: int | None = None
) -> NDArray[np.uint8]:
    """The canvas with all strokes, uint8 (height_px, width_px). Arguments and errors: see `render_growth`."""
    return render_growth(strokes, width, height_px, width_px)[-1]


def render_growth(
    strokes: Sequence[Stroke], width: float | Sequence[float], height_px: int, width_px: int | None = None
) -> list[NDArray[np.uint8]]:
    """The canvas before the first stroke and after each stroke: uint8 (height_px, width_px) each.

    strokes: points in pixels; those outside the canvas are cut off. width: of the pen in pixels, one for all strokes or
    one for each. The value of a pixel follows from its distance to the outline of the stroke; at a straight edge it
    agrees with the covered area to within a few levels. Raises ValueError for a size below 1 or numbers that are not
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


def render_pen_strokes(strokes: Sequence[PenStroke], side: int) -> list[NDArray[np.uint8]]:
    """As `render_growth`, on a square canvas: uint8 (side, side) before the first stroke and after each stroke."""
    return render_growth([stroke.points for stroke in strokes], [stroke.width for stroke in strokes], side)


def _paint(canvas: NDArray[np.float32], points: NDArray[np.float64], radius: float) -> None:
    """Add a stroke: each pixel takes the largest coverage of any segment, computed inside the segment's box only."""
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
    # The new stroke is painted over the earlier ones.
    canvas += stroke * (1 - canvas)

"""Strokes from the browser: the paths of a Fabric.js canvas, as streamlit-drawable-canvas sends them."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.data.strokes import PenStroke, Stroke

MAX_STROKES = 200
MAX_COMMANDS = 20_000
"""The largest number of path commands in all strokes together; later strokes are left out."""

_CURVE_PIXELS = 3.0
"""A curve is divided into pieces of about this length."""


def strokes_of_fabric(objects: Any) -> list[PenStroke]:
    """The pen strokes among the objects of a Fabric.js canvas, in pixels of the canvas.

    Quadratic curves become short lines. If a path was moved, scaled or turned, the stroke has its present place. All
    data from the browser is checked: malformed objects, and objects over the limits, are left out. No error is raised.
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


def smooth_stroke(points: Stroke) -> Stroke:
    """The line that the canvas draws through the points of a pen, as Fabric.js's PencilBrush does.

    It consists of quadratic curves from the middle of one segment to the middle of the next. A stroke of one or two
    points is returned unchanged.
    """
    if len(points) < 3:
        return points
    middles = [((x0 + x1) / 2, (y0 + y1) / 2) for (x0, y0), (x1, y1) in pairwise(points)]
    curves = [["Q", *point, *middle] for point, middle in zip(points, middles, strict=False)]
    flat = _flatten([["M", *points[0]], *curves, ["L", *points[-1]]])
    return [(float(x), float(y)) for x, y in flat]


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
    """The points (N, 2) at the object's present place, and the factor that scales the width of its pen.

    Fabric stores the path as it was drawn, and separately the object's position, scale and angle around its centre.
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
        center = middle  # the object was not moved: its box is rounded, the path is exact
    return local @ turn + center, math.sqrt(abs(scale_x * scale_y))

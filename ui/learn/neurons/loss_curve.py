"""The chart of the loss as a function of one weight, with its tangent and the steps so far."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import torch

from model.language import _
from model.theory.neurons.one_weight import OneWeight
from ui.shared.charts import Spec, category, layer, names, quantity, show, where
from ui.shared.formatting import short_number

_POINTS = 61
_SHOWN = 12
"""Earlier values that the chart shows."""

_TANGENT = 0.16
"""Length of the tangent to each side of its point, as a share of the chart's width."""

_COLOUR = "#f0a010"

Point = tuple[float, float]


def loss_curve(loss: OneWeight, weight: float, before: Sequence[float]) -> None:
    """Show the loss around the present weight. before: the values before each step."""
    places = [loss.trained, weight, *before]
    low, high = float(np.floor(min(places) - 1)), float(np.ceil(max(places) + 1))
    at = torch.linspace(low, high, _POINTS, dtype=torch.float64)
    losses = loss.losses(at)
    now, slope = loss.loss_and_slope(weight)
    top, bottom = float(losses.max()), min(float(losses.min()), now)
    margin = 0.06 * (top - bottom) or 0.05
    frame = (low, high, bottom - margin, top + margin)
    curve, tangent, trained = lines = _("Loss"), _("Tangent"), _("Trained value")
    present, earlier = points = _("Now"), _("Before")
    table = pd.DataFrame(
        [{"w": w, "L": each, "line": curve} for w, each in zip(at.tolist(), losses.tolist(), strict=True)]
        + [{"w": w, "L": each, "line": tangent} for w, each in _tangent((weight, now), slope, frame)]
        + [{"w": loss.trained, "L": each, "line": trained} for each in frame[2:]]
        + [{"w": each, "L": loss.loss_and_slope(each)[0], "point": earlier} for each in before[-_SHOWN:]]
        + [{"w": weight, "L": now, "point": present}]
    )
    alt = _(
        "The loss as a function of the weight; at {weight} it is {loss}, with a slope of {slope}",
        weight=short_number(weight),
        loss=short_number(now),
        slope=short_number(slope),
    )
    show(_layers(lines, points), table, height=400, alt=alt)


def _tangent(point: Point, slope: float, frame: tuple[float, float, float, float]) -> list[Point]:
    """The ends of a piece of the tangent at a point, inside the frame: low and high weight, low and high loss."""
    weight, loss = point
    low, high, bottom, top = frame
    ends = []
    for side in (-_TANGENT, _TANGENT):
        along = min(max(side * (high - low), low - weight), high - weight)
        rise = min(max(slope * along, bottom - loss), top - loss)
        ends.append((weight + (rise / slope if slope else along), loss + rise))
    return ends


def _layers(lines: Sequence[str], points: Sequence[str]) -> list[Spec]:
    """Vega-Lite for the lines and points of the table. The data reaches to the edges of the frame."""
    scale = {"nice": False, "zero": False}
    weight, loss = _("Weight w"), _("Loss L")
    place: Spec = {"x": quantity("w", weight, scale=scale), "y": quantity("L", loss, scale=scale)}
    legend = {"orient": "top", "symbolType": "stroke", "symbolSize": 400, "symbolStrokeWidth": 2, "offset": 2}
    drawn = layer(
        {"type": "line", "clip": True, "strokeWidth": 2.5},
        None,
        [where("isValid(datum.line)")],
        **place,
        color=names("line", lines, legend=legend),
        strokeDash=names("line", lines, range=[[1, 0], [8, 4], [2, 4]], legend=legend),
    )
    point = {"type": "point", "filled": True, "opacity": 1, "clip": True, "stroke": "white", "strokeWidth": 1}
    marks = layer(
        {**point, "color": _COLOUR},
        None,
        [where("isValid(datum.point)")],
        **place,
        shape=names("point", points, range=["circle", "diamond"], legend=None),
        size=names("point", points, range=[190, 60], legend=None),
        tooltip=[
            category("point", _("Point")),
            quantity("w", weight, format=".4f"),
            quantity("L", loss, format=".4f"),
        ],
    )
    return [drawn, marks]

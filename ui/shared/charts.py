"""Charts as plain Vega-Lite specifications.

They are written by hand, not with Altair: Altair checks each against its schema, which takes about 20 ms and would slow
every move of a slider. Reference: https://vega.github.io/vega-lite/docs/
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

MARK = "#e8850c"
"""The colour of a single emphasized point; readable on the light theme and on the dark one."""

INK = "#7a8496"
"""Texts and lines within a chart, on both themes."""

DASHES = [[1, 0], [5, 3]]
"""The first of two lines solid, the second dashed."""

Spec = dict[str, Any]
"""A part of a Vega-Lite specification."""

Row = Mapping[str, Any]


def layer(
    mark: Spec | str,
    rows: Sequence[Row] | None = None,
    transform: Sequence[Spec] = (),
    /,
    **encoding: Any,
) -> Spec:
    """One layer of a chart.

    rows: its own data; None uses the chart's. transform: applied to the data first, in this order. encoding: the
    channels by Vega-Lite's names.
    """
    spec: Spec = {"mark": mark, "encoding": encoding}
    if rows is not None:
        spec["data"] = {"values": list(rows)}
    if transform:
        spec["transform"] = list(transform)
    return spec


def show(
    layers: Sequence[Spec],
    data: pd.DataFrame | None = None,
    *,
    height: int,
    alt: str,
    key: str | None = None,
    padding: Spec | None = None,
) -> None:
    """Draw the layers on top of each other, as wide as there is room.

    data: for the layers without rows of their own. When only the data changes between two runs, the browser redraws the
    chart in place. alt: what the chart shows, for screen readers. height and padding: pixels.
    """
    spec: Spec = {"layer": list(layers)} | ({"padding": padding} if padding else {})
    st.vega_lite_chart(data, spec, height=height, alt=alt, key=key)


def quantity(field: str, title: str | None = None, **more: Any) -> Spec:
    """A channel of numbers; more: scale, axis, format and the like."""
    return {"field": field, "type": "quantitative", "title": title, **more}


def category(field: str, title: str | None = None, **more: Any) -> Spec:
    """A channel of names, or of ordered values with `type="ordinal"`; more: scale, axis, legend and the like."""
    return {"field": field, "type": "nominal", "title": title, **more}


def names(field: str, domain: Sequence[str], **more: Any) -> Spec:
    """A channel that distinguishes lines by name; all channels of this kind share one legend of strokes at the top.

    more: `range` for dashes or shapes; `legend` with other properties of the legend, or None for no legend.
    """
    scale = {"domain": list(domain), **({"range": more.pop("range")} if "range" in more else {})}
    legend = {
        "orient": "top",
        "symbolType": "stroke",
        "symbolSize": 500,
        "symbolStrokeWidth": 2.5,
        "symbolOpacity": 1,
    }
    return {"field": field, "type": "nominal", "title": None, "scale": scale, "legend": legend, **more}


def where(condition: str) -> Spec:
    """A transform that keeps the rows for which this Vega expression is true."""
    return {"filter": condition}


def calculated(field: str, expression: str) -> Spec:
    """A transform that adds a field with the value of this Vega expression."""
    return {"calculate": expression, "as": field}

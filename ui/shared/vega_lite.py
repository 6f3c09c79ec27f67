"""Charts as plain Vega-Lite: Altair checks each against its schema, which takes longer than all the rest of a page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

MARK = "#e8850c"
"""A single point that is spoken of; it can be read on the light theme and on the dark one."""

INK = "#7a8496"
"""Texts and lines within a chart, on both themes."""

Row = dict[str, Any]
Layer = dict[str, Any]


def layer(mark: Layer, rows: Sequence[Row], **encoding: Layer) -> Layer:
    """One layer with its own data; `encoding` as Vega-Lite names the channels."""
    return {"mark": mark, "data": {"values": list(rows)}, "encoding": encoding}


def show(layers: Sequence[Layer], *, height: int, alt: str) -> None:
    """Draw the layers over one another, as wide as there is room. alt: what the chart shows, for screen readers."""
    st.vega_lite_chart({"layer": list(layers)}, height=height, alt=alt)


def quantity(field: str, title: str | None = None, **more: Any) -> Layer:
    """A channel of numbers; more: scale, axis and the like."""
    return {"field": field, "type": "quantitative", "title": title, **more}


def names(field: str, domain: Sequence[str], **more: Any) -> Layer:
    """A channel that tells lines apart by name, with the others of its kind in one legend of strokes above.

    more: `range` for dashes or shapes, `legend` None where another channel has it.
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


DASHES = [[1, 0], [5, 3]]
"""The first of two lines solid, the second dashed."""

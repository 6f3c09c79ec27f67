"""The layers of the network as a table, the sum of its parameters, and the share of each layer."""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

from model.language import _
from model.network.layers import Layer
from ui.learn.cnn.calculations import as_latex, parameter_calculation
from ui.shared.charts import Spec, category, quantity, show
from ui.shared.charts import layer as chart_layer
from ui.shared.formatting import percent
from ui.shared.layer_names import kind_name


def show_layers(layers: list[Layer]) -> None:
    """One row for each layer."""
    numbers, parameters, multiplications = counts = _("Numbers"), _("Parameters"), _("Multiplications")
    rows = [
        {
            _("Layer"): layer.name.replace("_", " "),
            _("Kind"): kind_name(layer.kind),
            _("Output"): "x".join(map(str, layer.output)),
            numbers: math.prod(layer.output),
            parameters: layer.parameters,
            multiplications: layer.multiplications,
            _("Receptive field"): _seen(layer),
        }
        for layer in layers
    ]
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        height="content",
        column_config={name: st.column_config.NumberColumn(format="localized") for name in counts},
        alt=_("Layers of the network with shape, parameters, multiplications and receptive field"),
    )
    st.caption(
        _(
            "The multiplications are those in convolutions and dense layers for one picture: {all:,} in total. The few "
            "in other layers are not counted.",
            all=sum(layer.multiplications for layer in layers),
        )
    )


def _seen(layer: Layer) -> str:
    field = layer.receptive_field
    return f"{field.size}x{field.size}" if field else _("all")


def sum_of_parameters(layers: list[Layer]) -> None:
    """The parameters of each layer with the calculation, and their sum."""
    some = [layer for layer in layers if layer.parameters]
    lines = [rf"\text{{{layer.name}}} & {as_latex(parameter_calculation(layer))}" for layer in some]
    st.latex(r"\begin{array}{ll}" + r" \\ ".join(lines) + r"\end{array}")
    counts = [layer.parameters for layer in some]
    st.latex(as_latex(f"{' + '.join(f'{count:,}' for count in counts)} = {sum(counts):,}"))


def show_shares(layers: list[Layer]) -> None:
    """Which layers have the parameters, and which need the multiplications."""
    some = [layer for layer in layers if layer.multiplications]
    left, right = st.columns(2)
    with left:
        counts = {layer.name: layer.parameters for layer in some}
        _bars(_("Parameters"), counts, _("The share of each layer in the parameters"), "cnn_parameters")
    with right:
        counts = {layer.name: layer.multiplications for layer in some}
        _bars(_("Multiplications"), counts, _("The share of each layer in the multiplications"), "cnn_multiplications")


def _bars(title: str, counts: dict[str, int], alt: str, key: str) -> None:
    """The share of each layer as a bar."""
    whole = sum(counts.values())
    rows = [
        {"layer": name, "share": count / whole, "label": percent(count / whole, counted=True)}
        for name, count in counts.items()
    ]
    axis, scale = {"format": "%", "tickCount": 4}, {"domain": [0, 1.15]}
    place: Spec = {
        "y": category("layer", sort=list(counts)),
        "x": quantity("share", title, axis=axis, scale=scale),
        "tooltip": [category("layer", _("Layer")), category("label", _("Share of all"))],
    }
    readable = {"expr": "luminance(background) > 0.18 ? 'black' : 'white'"}
    text = {"type": "text", "align": "left", "dx": 4, "fill": readable}
    show(
        [chart_layer("bar", rows, **place), chart_layer(text, rows, **place, text=category("label"))],
        height=28 * len(counts) + 60,
        key=key,
        alt=alt,
    )

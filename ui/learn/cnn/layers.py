"""The parts of the lesson about the whole network: its drawing, its table, and where the figures come from."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st
import torch
from numpy.typing import NDArray
from torch import Tensor

from model.inspection.activations import activation_name, layer_outputs
from model.language import _
from model.network.config import ModelConfig
from model.network.layers import CLASSES, POOL_SIZE, Layer
from model.recognizer import Recognizer
from model.theory.activations import NAMES
from ui.components.layer_stacks import Stack, layer_stacks
from ui.learn.choice import choose
from ui.shared.charts import Spec, category, layer, quantity, show
from ui.shared.formatting import percent, written
from ui.shared.layer_names import kind_name
from ui.shared.network_choice import chosen_name, chosen_network, shown_name

TIMES = "\N{MIDDLE DOT}"


@st.cache_resource(show_spinner=False)
def _default() -> Recognizer:
    """The shipped network, which has the default architecture."""
    return Recognizer.load()


def choose_shown() -> Recognizer:
    """The network of this lesson: the default one, or the chosen one where that is built in another way."""
    chosen = chosen_network()
    if chosen.checkpoint.model == ModelConfig():
        return chosen
    names = {"chosen": shown_name(chosen_name()), "default": _("The default network")}
    which = choose(_("Network of this lesson"), tuple(names), key="cnn_network", written=names.__getitem__)
    return chosen if which == "chosen" else _default()


# --- The drawing ------------------------------------------------------------------------------------------------------


def draw_network(recognizer: Recognizer, image: NDArray[np.float32]) -> None:
    """The layers as stacks of maps, with what they make of float32 (28, 28)."""
    stacks = _stacks(recognizer, torch.from_numpy(np.ascontiguousarray(image)))
    layer_stacks(stacks, start=min(1, len(stacks) - 1), key="cnn_stacks")


def _stacks(recognizer: Recognizer, image: Tensor) -> list[Stack]:
    config = recognizer.checkpoint.model
    outputs = layer_outputs(recognizer.network, image)
    by_name = {layer.name: layer for layer in config.layers()}
    found = [_input(image)]
    for block in range(len(config.filters)):
        conv = by_name[f"conv{block + 1}"]
        facts = [*_convolution_facts(conv), *_norm_facts(by_name.get(f"norm{block + 1}")), *_activation_facts(config)]
        found.append(_maps(f"conv{block + 1}", outputs[activation_name(block)], conv, facts))
        if pooled := by_name.get(f"pool{block + 1}"):
            found.append(_maps(pooled.name, outputs[pooled.name], pooled, _pooling_facts(pooled, config)))
    found.append(_units("flatten", outputs["flatten"], _flatten_facts(by_name["flatten"])))
    hidden = [*_dense_facts(by_name["dense"], config), *_activation_facts(config)]
    found.append(_units("dense", outputs["dense_activation"], hidden))
    logits = outputs["output"]
    last = [*_dense_facts(by_name["output"], config), _answer_fact(logits)]
    return [*found, _units("output", logits, last, marks=[str(digit) for digit in range(CLASSES)])]


def _input(image: Tensor) -> Stack:
    height, width = image.shape
    fact = _("{height} rows of {width} numbers between 0, black, and 1, white.", height=height, width=width)
    return Stack(_("input"), f"1x{height}x{width}", image, 1, 0, None, [(_("Your digit"), fact)])


def _maps(title: str, maps: Tensor, layer: Layer, facts: list[tuple[str, str]]) -> Stack:
    """The stack with the map in front in which the digit leaves most."""
    index = int(maps.flatten(1).std(1, correction=0).argmax())
    shape = "x".join(map(str, layer.output))
    limit = float(maps.abs().max())
    return Stack(
        title,
        shape,
        maps[index].contiguous(),
        len(maps),
        index,
        limit,
        [*facts, _field_fact(layer)],
        layer.receptive_field,
    )


def _units(title: str, values: Tensor, facts: list[tuple[str, str]], marks: list[str] | None = None) -> Stack:
    return Stack(title, str(len(values)), values, len(values), 0, float(values.abs().max()), facts, marks=marks or ())


def _convolution_facts(layer: Layer) -> list[tuple[str, str]]:
    filters, side, _width = layer.output
    before = layer.input[1]
    return [
        (_("Size"), f"{before} \N{MINUS SIGN} {layer.kernel} + 1 = {side}"),
        (_("Parameters"), parameter_sum(layer)),
        (_("Multiplications"), multiplication_sum(layer)),
        (
            _("Idea"),
            _(
                "Each of {filters} filters has a {kernel}x{kernel} kernel for every incoming map, and makes one map. "
                "The same kernel is used in all {places:,} places: few parameters, many multiplications.",
                filters=filters,
                kernel=layer.kernel,
                places=side**2,
            ),
        ),
    ]


def _norm_facts(layer: Layer | None) -> list[tuple[str, str]]:
    return [] if layer is None else [(_("Batch norm"), parameter_sum(layer))]


def _activation_facts(config: ModelConfig) -> list[tuple[str, str]]:
    name = _(NAMES[config.activation])
    return [(_("Activation"), _("Each number then goes through {name}; no parameters.", name=name))]


def _pooling_facts(layer: Layer, config: ModelConfig) -> list[tuple[str, str]]:
    before, after = layer.input[1], layer.output[1]
    kept = _("Of each 2x2 window the largest number stays.") if config.pooling == "max" else ""
    kept = kept or _("Of each 2x2 window the mean stays.")
    rest = before % POOL_SIZE
    told = _("The last row and column are in no window.") if rest else ""
    return [
        (
            _("Size"),
            f"{before} / {POOL_SIZE} = {after}" if not rest else f"({before} \N{MINUS SIGN} 1) / {POOL_SIZE} = {after}",
        ),
        (_("Parameters"), "0"),
        (_("Idea"), " ".join(filter(None, (kept, told)))),
    ]


def _flatten_facts(layer: Layer) -> list[tuple[str, str]]:
    shape = f" {TIMES} ".join(map(str, layer.input))
    return [
        (_("Size"), f"{shape} = {layer.output[0]:,}"),
        (_("Parameters"), "0"),
        (_("Idea"), _("All numbers in one row. From here on nobody knows any more which pixels were neighbours.")),
    ]


def _dense_facts(layer: Layer, config: ModelConfig) -> list[tuple[str, str]]:
    facts = [
        (_("Parameters"), parameter_sum(layer)),
        (_("Multiplications"), multiplication_sum(layer)),
        (
            _("Idea"),
            _(
                "Each of {units} units has a weight of its own for every incoming number: one multiplication for each "
                "weight.",
                units=layer.output[0],
            ),
        ),
    ]
    if config.dropout:
        share = f"{written(100 * config.dropout)}%"
        facts.append((_("Dropout"), _("While it trains, {share} of the incoming numbers are put to 0.", share=share)))
    return facts


def _answer_fact(logits: Tensor) -> tuple[str, str]:
    digit = int(logits.argmax())
    return _("Answer"), _(
        "The largest of the ten, {value:.2f}, is that of the {digit}.", value=logits[digit], digit=digit
    )


def _field_fact(layer: Layer) -> tuple[str, str]:
    field = layer.receptive_field
    assert field is not None  # noqa: S101 - only maps are asked
    return (
        _("It sees"),
        _(
            "{side}x{side} pixels of the picture. From one number to the next they move by {step}.",
            side=field.size,
            step=field.step,
        ),
    )


# --- Where the figures come from --------------------------------------------------------------------------------------


def parameter_factors(layer: Layer) -> str:
    """How a layer's parameters come about, without their result: (1 · 3 · 3 + 1) · 32; "" where there are none."""
    if layer.kind == "convolution":
        return f"({layer.input[0]} {TIMES} {layer.kernel} {TIMES} {layer.kernel} + 1) {TIMES} {layer.output[0]}"
    if layer.kind == "dense":
        return f"({layer.input[0]} + 1) {TIMES} {layer.output[0]}"
    return f"2 {TIMES} {layer.output[0]}" if layer.parameters else ""


def parameter_sum(layer: Layer) -> str:
    """The same with its result: (1 · 3 · 3 + 1) · 32 = 320."""
    return f"{parameter_factors(layer)} = {layer.parameters:,}"


def multiplication_sum(layer: Layer) -> str:
    """How a layer's multiplications come about: 1 · 3 · 3 · 32 · 26 · 26 = 194,688."""
    factors = [*(layer.input[:1]), *([layer.kernel] * 2 if layer.kernel else []), *layer.output]
    return f" {TIMES} ".join(map(str, factors)) + f" = {layer.multiplications:,}"


def as_formula(text: str) -> str:
    """The same arithmetic for LaTeX."""
    return text.replace(TIMES, r"\cdot").replace(",", "{,}")


def show_layers(table: list[Layer]) -> None:
    """Every layer in a row, with its sums below."""
    names = _("Numbers"), _("Parameters"), _("Multiplications")
    rows = [
        {
            _("Layer"): layer.name.replace("_", " "),
            _("Kind"): kind_name(layer.kind),
            _("Output"): "x".join(map(str, layer.output)),
            names[0]: int(np.prod(layer.output)),
            names[1]: layer.parameters,
            names[2]: layer.multiplications,
            _("Sees"): f"{layer.receptive_field.size}x{layer.receptive_field.size}"
            if layer.receptive_field
            else _("all"),
        }
        for layer in table
    ]
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        height="content",
        column_config={name: st.column_config.NumberColumn(format="localized") for name in names},
        alt=_("Layers of the network with shape, parameters, multiplications and receptive field"),
    )


def where_the_parameters_come_from(table: list[Layer]) -> None:
    """Each product written out, and their sum."""
    some = [layer for layer in table if layer.parameters]
    lines = [rf"\text{{{layer.name}}} & {as_formula(parameter_sum(layer))}" for layer in some]
    st.latex(r"\begin{array}{ll}" + r" \\ ".join(lines) + r"\end{array}")
    counts = [layer.parameters for layer in some]
    st.latex(as_formula(f"{' + '.join(f'{count:,}' for count in counts)} = {sum(counts):,}"))


def shares(table: list[Layer]) -> None:
    """Which layers have the parameters, and which do the multiplying."""
    some = [layer for layer in table if layer.multiplications]
    left, right = st.columns(2)
    with left:
        counts = {layer.name: layer.parameters for layer in some}
        _bars(_("Parameters"), counts, _("The share of each layer in the parameters"), "cnn_parameters")
    with right:
        counts = {layer.name: layer.multiplications for layer in some}
        _bars(_("Multiplications"), counts, _("The share of each layer in the multiplications"), "cnn_multiplications")


def _bars(title: str, counts: dict[str, int], alt_text: str, key: str) -> None:
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
        [layer("bar", rows, **place), layer(text, rows, **place, text=category("label"))],
        height=28 * len(counts) + 60,
        key=key,
        alt=alt_text,
    )

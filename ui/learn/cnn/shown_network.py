"""The network that the lesson shows, and its layers as a drawing."""

from __future__ import annotations

import streamlit as st
from torch import Tensor

from model.inspection.activations import activation_name, layer_outputs
from model.language import _
from model.network.config import ModelConfig
from model.network.layers import CLASSES, Layer
from model.recognizer import Recognizer
from ui.components.layer_stacks import LayerStack, layer_stacks
from ui.learn.cnn import layer_facts
from ui.learn.cnn.layer_facts import Facts
from ui.learn.controls import choose
from ui.shared.formatting import plain_markdown
from ui.shared.network_choice import chosen_name, chosen_network, shown_name


def choose_shown() -> Recognizer:
    """The chosen network; if its architecture is not the default one, the student can choose between the two."""
    chosen = chosen_network()
    if chosen.checkpoint.model == ModelConfig():
        return chosen
    names = {"chosen": plain_markdown(shown_name(chosen_name())), "default": _("The default network")}
    which = choose(_("Network of this lesson"), tuple(names), key="cnn_network", format_func=names.__getitem__)
    return chosen if which == "chosen" else _default()


@st.cache_resource(show_spinner=False)
def _default() -> Recognizer:
    """The shipped network, which has the default architecture."""
    return Recognizer.load()


def draw_network(recognizer: Recognizer, image: Tensor) -> None:
    """The layers as stacks of maps, with their outputs for float32 (28, 28)."""
    stacks = _stacks(recognizer, image)
    layer_stacks(stacks, start=min(1, len(stacks) - 1), key="cnn_stacks")


def _stacks(recognizer: Recognizer, image: Tensor) -> list[LayerStack]:
    config = recognizer.checkpoint.model
    outputs = layer_outputs(recognizer.network, image)
    layers = {layer.name: layer for layer in config.layers()}
    activation = layer_facts.activation_facts(config)
    stacks = [_input(image)]
    for number in range(1, len(config.filters) + 1):
        conv, norm, pool = (layers.get(f"{kind}{number}") for kind in ("conv", "norm", "pool"))
        if conv is not None:
            facts = [
                *layer_facts.convolution_facts(conv),
                *(layer_facts.batch_norm_facts(norm) if norm else ()),
                *activation,
            ]
            stacks.append(_maps(conv, outputs[activation_name(number - 1)], facts))
        if pool is not None:
            stacks.append(_maps(pool, outputs[pool.name], layer_facts.pooling_facts(pool, config)))
    stacks.append(_units("flatten", outputs["flatten"], layer_facts.flatten_facts(layers["flatten"])))
    hidden = [*layer_facts.dense_facts(layers["dense"], config), *activation]
    stacks.append(_units("dense", outputs["dense_activation"], hidden))
    logits = outputs["output"]
    last = [*layer_facts.dense_facts(layers["output"], config), *layer_facts.answer_facts(logits)]
    stacks.append(_units("output", logits, last, marks=[str(digit) for digit in range(CLASSES)]))
    return stacks


def _input(image: Tensor) -> LayerStack:
    height, width = image.shape
    fact = _("{height} rows of {width} numbers between 0, black, and 1, white.", height=height, width=width)
    return LayerStack(_("input"), f"1x{height}x{width}", image, 1, 0, None, [(_("Your digit"), fact)])


def _maps(layer: Layer, maps: Tensor, facts: Facts) -> LayerStack:
    """A stack with the map in front that shows most of the digit. maps: float32 (C, H, W)."""
    front = int(maps.flatten(1).std(1, correction=0).argmax())
    return LayerStack(
        layer.name,
        "x".join(map(str, layer.output)),
        maps[front].contiguous(),
        len(maps),
        front,
        float(maps.abs().max()),
        [*facts, *layer_facts.receptive_field_facts(layer)],
        layer.receptive_field,
    )


def _units(title: str, values: Tensor, facts: Facts, marks: list[str] | None = None) -> LayerStack:
    return LayerStack(
        title, str(len(values)), values, len(values), 0, float(values.abs().max()), facts, marks=marks or ()
    )

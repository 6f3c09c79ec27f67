"""Texts of the lesson about each layer: its size, its parameters, its multiplications and its idea."""

from __future__ import annotations

from torch import Tensor

from model.language import _
from model.network.config import ModelConfig
from model.network.layers import POOL_SIZE, Layer
from model.theory.activations import NAMES
from ui.learn.cnn.calculations import TIMES, multiplication_calculation, parameter_calculation
from ui.shared.formatting import percent

Facts = list[tuple[str, str]]
"""Label and text, line by line."""


def convolution_facts(layer: Layer) -> Facts:
    """A convolution."""
    filters, side, _width = layer.output
    return [
        (_("Size"), f"{layer.input[1]} \N{MINUS SIGN} {layer.kernel} + 1 = {side}"),
        (_("Parameters"), parameter_calculation(layer)),
        (_("Multiplications"), multiplication_calculation(layer)),
        (
            _("Idea"),
            _(
                "Each of {filters} filters has a {kernel}x{kernel} kernel for every incoming map, and makes one map. "
                "The same kernel is used at all {places:,} places: few parameters, many multiplications.",
                filters=filters,
                kernel=layer.kernel,
                places=side**2,
            ),
        ),
    ]


def batch_norm_facts(layer: Layer) -> Facts:
    """A batch normalization."""
    return [(_("Batch norm"), parameter_calculation(layer))]


def activation_facts(config: ModelConfig) -> Facts:
    """The activation function of a network."""
    name = _(NAMES[config.activation])
    return [(_("Activation"), _("{name} is applied to each number. It has no parameters.", name=name))]


def pooling_facts(layer: Layer, config: ModelConfig) -> Facts:
    """A pooling layer."""
    before, after = layer.input[1], layer.output[1]
    rest = before % POOL_SIZE
    divided = f"({before} \N{MINUS SIGN} {rest})" if rest else str(before)
    idea = (
        _("The largest number of each 2x2 window is kept.")
        if config.pooling == "max"
        else _("The mean of each 2x2 window is kept.")
    )
    if rest:
        idea += " " + _("The last row and column are in no window.")
    return [(_("Size"), f"{divided} / {POOL_SIZE} = {after}"), (_("Parameters"), "0"), (_("Idea"), idea)]


def flatten_facts(layer: Layer) -> Facts:
    """The layer that writes all numbers in one row."""
    shape = f" {TIMES} ".join(map(str, layer.input))
    return [
        (_("Size"), f"{shape} = {layer.output[0]:,}"),
        (_("Parameters"), "0"),
        (
            _("Idea"),
            _("All numbers are written in one row. The layers after it do not know which pixels were neighbours."),
        ),
    ]


def dense_facts(layer: Layer, config: ModelConfig) -> Facts:
    """A dense layer."""
    facts = [
        (_("Parameters"), parameter_calculation(layer)),
        (_("Multiplications"), multiplication_calculation(layer)),
        (
            _("Idea"),
            _(
                "Each of {units} units has its own weight for every incoming number: one multiplication for each "
                "weight.",
                units=layer.output[0],
            ),
        ),
    ]
    if config.dropout:
        share = percent(config.dropout, 0 if round(100 * config.dropout, 6).is_integer() else 1, counted=True)
        facts.append((_("Dropout"), _("During training, {share} of the incoming numbers are set to 0.", share=share)))
    return facts


def answer_facts(logits: Tensor) -> Facts:
    """The answer of the network. logits: float32 (10,)."""
    digit = int(logits.argmax())
    text = _("The largest of the ten numbers is {value:.2f}, for the {digit}.", value=float(logits[digit]), digit=digit)
    return [(_("Answer"), text)]


def receptive_field_facts(layer: Layer) -> Facts:
    """The pixels that one number of a map depends on."""
    field = layer.receptive_field
    if field is None:
        return []
    return [
        (
            _("Receptive field"),
            _(
                "{side}x{side} pixels of the picture. From one number to the next, the field moves by {step}.",
                side=field.size,
                step=field.step,
            ),
        )
    ]

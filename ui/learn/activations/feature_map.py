"""A feature map of the student's digit before and after activation functions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
import torch
from torch import Tensor

from model.inspection.activations import activation_name, layer_outputs
from model.language import _, ngettext
from model.network.cnn import DigitCNN
from model.theory.activations import NAMES, activation_function
from ui.components.pictures import Picture, pictures
from ui.learn.controls import whole_number
from ui.shared.formatting import percent

PICTURE_SIZE = "8.5rem"


@dataclass(frozen=True)
class FeatureMap:
    """before: float32 (H, W), a map before the first activation of the network. name: for the screen."""

    before: Tensor
    name: str

    @property
    def limit(self) -> float:
        """The largest absolute value in the map."""
        return float(self.before.abs().max())


def choose_map(network: DigitCNN, image: Tensor) -> FeatureMap:
    """The map of one filter of the first layer; for a network without convolutions, the sums of its hidden units.

    image: float32 (28, 28).
    """
    outputs = layer_outputs(network, image)
    if not network.config.filters:
        sums = outputs["dense"].clone()
        st.info(
            _(
                "This network has no convolutions, so it has no feature maps. Here are the sums of its {count} hidden "
                "units instead.",
                count=len(sums),
            )
        )
        rows = max(side for side in range(1, math.isqrt(len(sums)) + 1) if len(sums) % side == 0)
        return FeatureMap(sums.reshape(rows, -1), _("The hidden units"))
    maps = outputs["norm1" if network.config.batch_norm else "conv1"].clone()  # autograd takes no inference tensor
    both_signs = torch.minimum(maps.amax((1, 2)), -maps.amin((1, 2)))  # such a map shows the functions best
    number = whole_number(
        _("Filter of the first layer, 1 to {count}", count=len(maps)),
        len(maps),
        key="activations_filter",
        default=int(both_signs.argmax()) + 1,
        width=260,
    )
    return FeatureMap(maps[number - 1], _("Map {number}", number=number))


def before_and_after(source: FeatureMap, functions: Sequence[str]) -> None:
    """The map, and the output of each function for it, all on one scale."""
    before = map_picture(source.before, source.limit, source.name, _("{name}, before the activation", name=source.name))
    after = [
        map_picture(
            activation_function(name)(source.before),
            source.limit,
            _(NAMES[name]),
            _("After {function}", function=_(NAMES[name])),
        )
        for name in functions
    ]
    pictures([before, *after], key="activations_maps", size=PICTURE_SIZE)
    st.caption(
        _(
            "All pictures have the same scale: blue is negative, orange is positive, and the strongest shades are "
            "±{limit:.2f}.",
            limit=source.limit,
        )
    )


def zero_maps(network: DigitCNN, image: Tensor) -> None:
    """How many maps of the chosen network have no number above zero after its own activation."""
    outputs = layer_outputs(network, image)
    found = []
    for block, count in enumerate(network.config.filters):
        zero = int((outputs[activation_name(block)].flatten(1).amax(1) <= 0).sum())
        found.append(
            ngettext("{silent} of {count} map", "{silent} of {count} maps", count, silent=zero)
            + " "
            + _("in layer {layer}", layer=block + 1)
        )
    if found:
        st.markdown(
            _(
                "The chosen network uses {function}. For your digit, these maps have no number above zero after it: "
                "{maps}.",
                function=_(NAMES[network.config.activation]),
                maps=", ".join(found),
            )
        )


def map_picture(numbers: Tensor, limit: float, name: str, alt: str) -> Picture:
    """float32 (H, W) as a picture on a scale from -limit to limit, with its range and its share of zeros."""
    low, high = float(numbers.min()), float(numbers.max())
    zeros = float((numbers == 0).float().mean())
    note = _("{low} to {high}", low=f"{low + 0.0:.2f}", high=f"{high + 0.0:.2f}")  # + 0.0 turns -0.0 into 0.0
    if zeros:
        note = _("{range}, {share} zero", range=note, share=percent(zeros, 0, counted=zeros == 1))
    return Picture(torch.as_tensor(numbers).numpy(), name, f"{alt}: {note}", note, limit=limit)

"""What activation functions do to a feature map of the student's digit, and when a ReLU on it is dead."""

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
from model.theory.activations import NAMES, function, shifted
from ui.components.pictures import Picture, pictures
from ui.shared.formatting import percent, written

_FILTER, _SHIFT = "activations_filter", "activations_shift"
_COMPARED = ("relu", "leaky_relu")
_PICTURE = "8.5rem"


@dataclass(frozen=True)
class FeatureMap:
    """before: float32 (H, W), a map as it reaches the first activation of the network. name: in the reader's words."""

    before: Tensor
    name: str

    @property
    def limit(self) -> float:
        """Its number farthest from zero, as a size."""
        return float(self.before.abs().max())


def choose_map(network: DigitCNN, image: Tensor) -> FeatureMap:
    """The map of one filter of the first layer; of a network without convolutions, the sums of its hidden units."""
    outputs = layer_outputs(network, image)
    if not network.config.filters:
        sums = outputs["dense"].clone()
        st.info(
            _(
                "This network has no convolutions, and so no feature maps. The sums of its {count} hidden units stand "
                "in for one.",
                count=len(sums),
            )
        )
        rows = max(side for side in range(1, math.isqrt(len(sums)) + 1) if len(sums) % side == 0)
        return FeatureMap(sums.reshape(rows, -1), _("The hidden units"))
    maps = outputs["norm1" if network.config.batch_norm else "conv1"].clone()  # autograd takes no inference tensor
    kept = st.session_state.get(_FILTER)
    if type(kept) is not int or not 1 <= kept <= len(maps):
        both = torch.minimum(maps.amax((1, 2)), -maps.amin((1, 2)))  # numbers on both sides of zero show most
        st.session_state[_FILTER] = int(both.argmax()) + 1
    chosen = st.number_input(
        _("Filter of the first layer, 1 to {count}", count=len(maps)),
        1,
        len(maps),
        step=1,
        key=_FILTER,
        persist_state="session",
        width=260,
    )
    channel = int(chosen or 1) - 1
    return FeatureMap(maps[channel], _("Map {number}", number=channel + 1))


def before_and_after(source: FeatureMap, functions: Sequence[str]) -> None:
    """The map, and what each function makes of it, on one scale."""
    row = [_picture(source.before, source.limit, source.name, _("{name}, before the activation", name=source.name))]
    for name in functions:
        after = function(name)(source.before)
        row.append(_picture(after, source.limit, _(NAMES[name]), _("After {function}", function=_(NAMES[name]))))
    pictures(row, key="activations_maps", size=_PICTURE)
    st.caption(
        _(
            "One scale for all: blue is negative, orange positive, the strongest shades are ±{limit:.2f}.",
            limit=source.limit,
        )
    )


def silent_maps(network: DigitCNN, image: Tensor) -> None:
    """How many maps of the chosen network its own activation leaves without any number above zero."""
    outputs = layer_outputs(network, image)
    told = []
    for block, count in enumerate(network.config.filters):
        silent = int((outputs[activation_name(block)].flatten(1).amax(1) <= 0).sum())
        told.append(
            ngettext("{silent} of {count} map", "{silent} of {count} maps", count, silent=silent)
            + " "
            + _("in layer {layer}", layer=block + 1)
        )
    if told:
        st.markdown(
            _(
                "The chosen network uses {function}. For your digit, no number above zero is left in: {maps}.",
                function=_(NAMES[network.config.activation]),
                maps=", ".join(told),
            )
        )


def dead_or_alive(source: FeatureMap) -> float:
    """Shift the bias and see what ReLU and leaky ReLU let through, and what gradient they let back; returns it."""
    reach = float(math.ceil(source.limit) + 1)
    kept = st.session_state.get(_SHIFT)
    st.session_state[_SHIFT] = kept if isinstance(kept, float) and -reach <= kept <= reach else 0.0
    shift = st.slider(
        _("Added to the bias"), -reach, reach, step=reach / 40, format="%+.2f", key=_SHIFT, persist_state="session"
    )
    moved = source.before + shift
    row = [_picture(moved, source.limit, source.name, _("{name} with the moved bias", name=source.name))]
    places, gradient = _("Places with a slope above zero"), _("Gradient of the bias")
    table = [f"| | {places} | {gradient} |", "|:--|--:|--:|"]
    for name in _COMPARED:
        result = shifted(name, source.before, shift)
        row.append(_picture(result.after, source.limit, _(NAMES[name]), _("After {function}", function=_(NAMES[name]))))
        named = _(NAMES[name]).replace(" ", "\N{NO-BREAK SPACE}")
        table.append(f"| {named} | {percent(result.alive, 0, counted=True)} | {written(result.gradient)} |")
    with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
        with st.container(width=470):
            pictures(row, key="activations_dead", size=_PICTURE)
        with st.container(width=440):
            st.markdown("\n".join(table))
            if shifted("relu", source.before, shift).alive == 0:
                st.warning(
                    _("With ReLU this filter is dead here: no output, no gradient, and so no step brings it back."),
                    icon=":material/skull:",
                )
            else:
                st.markdown(_("The gradient here is the mean of the slopes over all places: what each adds to a step."))
    return float(shift)


def _picture(numbers: Tensor, limit: float, name: str, alt: str) -> Picture:
    low, high = float(numbers.min()), float(numbers.max())
    zeros = float((numbers == 0).float().mean())
    note = _("{low} to {high}", low=f"{low + 0.0:.2f}", high=f"{high + 0.0:.2f}")
    if zeros:
        note = _("{range}, {share} zero", range=note, share=percent(zeros, 0, counted=zeros == 1))
    return Picture(torch.as_tensor(numbers).numpy(), name, f"{alt}: {note}", note, limit=limit)

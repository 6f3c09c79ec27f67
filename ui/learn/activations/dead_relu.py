"""A dead ReLU: with a low bias a whole feature map is below zero, so there is no output and no gradient."""

from __future__ import annotations

import math

import streamlit as st

from model.language import _
from model.theory.activations import NAMES, shift_bias
from ui.components.pictures import pictures
from ui.learn.activations.feature_map import PICTURE_SIZE, FeatureMap, map_picture
from ui.learn.controls import slide_number
from ui.shared.formatting import percent, short_number

_COMPARED = ("relu", "leaky_relu")


def move_bias(source: FeatureMap) -> float:
    """Move the bias and see output and gradient of ReLU and leaky ReLU; returns what was added to the bias."""
    reach = float(math.ceil(source.limit) + 1)
    shift = slide_number(
        _("Added to the bias"),
        -reach,
        reach,
        key="activations_shift",
        default=0.0,
        step=reach / 40,
        format="%+.2f",
    )
    results = {name: shift_bias(name, source.before, shift) for name in _COMPARED}
    row = [
        map_picture(source.before + shift, source.limit, source.name, _("{name} with the moved bias", name=source.name))
    ]
    places, gradient = _("Places with a slope above zero"), _("Gradient of the bias")
    table = [f"| | {places} | {gradient} |", "|:--|--:|--:|"]
    for name, result in results.items():
        title = _(NAMES[name])
        row.append(map_picture(result.after, source.limit, title, _("After {function}", function=title)))
        unbroken = title.replace(" ", "\N{NO-BREAK SPACE}")
        table.append(f"| {unbroken} | {percent(result.alive, 0, counted=True)} | {short_number(result.gradient)} |")
    with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
        with st.container(width=470):
            pictures(row, key="activations_dead", size=PICTURE_SIZE)
        with st.container(width=440):
            st.markdown("\n".join(table))
            if results["relu"].alive == 0:
                st.warning(
                    _("With ReLU this filter is dead here: no output and no gradient, so training cannot change it."),
                    icon=":material/skull:",
                )
            else:
                st.markdown(_("The gradient here is the mean of the slopes at all places."))
    return shift

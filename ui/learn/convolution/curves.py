"""Convolution in one dimension: one curve slides over another."""

from __future__ import annotations

import streamlit as st

from model.language import N_, _
from model.theory.convolution.curves import convolve, curve
from ui.components.sliding_curves import sliding_curves
from ui.learn.controls import choose_in_list

CURVE_NAMES = {
    "box": N_("Box"),
    "triangle": N_("Triangle"),
    "gaussian": N_("Gaussian"),
    "decay": N_("Exponential decay"),
    "sine": N_("One sine wave"),
    "spikes": N_("Two spikes"),
}
"""The names of the curves of `model.theory.convolution.curves`."""


@st.fragment
def two_curves() -> None:
    """The controls, and the two curves with their convolution."""
    with st.container(horizontal=True, gap="medium"):
        f = _choose_curve(_("f, which stays"), "convolution_f", "box")
        g = _choose_curve(_("g, which is flipped and slides"), "convolution_g", "decay")
    sliding_curves(
        curve(f),
        curve(g),
        convolve(curve(f), curve(g)),
        names=(_(CURVE_NAMES[f]), _(CURVE_NAMES[g])),
        key="convolution_curves",
    )


def _choose_curve(label: str, key: str, default: str) -> str:
    return choose_in_list(
        label, list(CURVE_NAMES), key=key, default=default, format_func=lambda name: _(CURVE_NAMES[name]), width=230
    )

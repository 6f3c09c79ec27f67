"""The first layer of a snapshot as pictures: its weights, and its activations for the digit."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from model.comparison.snapshot_network import Float, SnapshotNetwork
from model.language import N_, _
from ui.components.pictures import Picture, pictures
from ui.train.comparison.snapshot_networks import SHOWN


def show_first_layer(network: SnapshotNetwork, activations: Float | None, limits: tuple[float, float]) -> None:
    """Show the weights, and with activations also those.

    activations: float32 (filters, height, width), or (units,) of a dense layer; None without a digit. limits: the ends
    of the two colour scales, as `snapshot_networks.color_limits` gives them.
    """
    weight_limit, activation_limit = limits
    count = len(network.first_weights)
    part = [_("The first {shown} of {count}.", shown=SHOWN, count=count)] if count > SHOWN else []
    if network.dense:
        _dense_units(network.first_weights, activations, weight_limit, part)
        return
    _kernels(network.first_weights, weight_limit, part)
    if activations is not None:
        _feature_maps(activations, activation_limit)


def _dense_units(weights: Float, activations: Float | None, limit: float, part: list[str]) -> None:
    st.markdown(_("**Weights of the first dense units**"))
    about = _(
        "This network has no convolution: each unit has one weight for each of the 28x28 pixels. Orange weights are "
        "positive, blue ones are negative; in all snapshots the scale ends at ±{limit:.2f}. The number is the unit's "
        "activation for your digit.",
        limit=limit,
    )
    st.caption(" ".join([*part, about]))
    notes = [] if activations is None else [f"{value:.2f}" for value in activations.tolist()]
    _row(weights, limit, N_("Weights of unit {number}"), "machine_kernels", notes)


def _kernels(weights: Float, limit: float, part: list[str]) -> None:
    st.markdown(_("**Kernels of the first layer**"))
    about = _(
        "{side}x{side} weights each: orange is positive, blue is negative; in all snapshots the scale ends at "
        "±{limit:.2f}.",
        side=weights.shape[-1],
        limit=limit,
    )
    st.caption(" ".join([*part, about]))
    _row(weights, limit, N_("Kernel of filter {number}"), "machine_kernels")


def _feature_maps(activations: Float, limit: float) -> None:
    st.markdown(_("**Their feature maps for your digit**"))
    st.caption(_("The output of each kernel; in all snapshots the scale ends at ±{limit:.2f}.", limit=limit))
    _row(activations, limit, N_("Feature map of filter {number}"), "machine_maps")


def _row(values: Float, limit: float, alt: str, key: str, notes: Sequence[str] = ()) -> None:
    row = [
        Picture(value, str(number), _(alt, number=number), notes[number - 1] if notes else "", limit=limit)
        for number, value in enumerate(values[:SHOWN], start=1)
    ]
    pictures(row, key=key, size="3.2rem")

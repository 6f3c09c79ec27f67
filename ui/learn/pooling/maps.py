"""Pooling of the chosen map: its window, and the maximum next to the average."""

from __future__ import annotations

import streamlit as st

from model.language import _
from model.network.config import ModelConfig
from model.theory.pooling import pool
from ui.components.pictures import pictures
from ui.components.pooling import sliding_window
from ui.learn.pooling.settings import KINDS, Pooling
from ui.learn.pooling.source import Source


def pooling_of_network(config: ModelConfig) -> str:
    """One sentence: how the chosen network pools."""
    if not config.filters:
        return _("The chosen network has no convolution, so it does not pool.")
    if config.pooling == "none":
        return _("The chosen network does not pool at all.")
    if config.pooling == "max":
        return _("The chosen network itself keeps the maximum of each 2x2 window, with stride 2.")
    return _("The chosen network itself keeps the average of each 2x2 window, with stride 2.")


def pool_source(source: Source, pooling: Pooling) -> None:
    """The window over the chosen map, then the map next to its maximum and its average."""
    sliding_window(
        source.map,
        pooling.kind,
        pooling.window,
        pooling.stride,
        label=source.name,
        key="pooling_map_window",
        grey=source.grey,
        full=True,
    )
    side = source.map.shape[0]
    after = pooling.side(side)
    pooled = {kind: pool(source.map, kind, pooling.window, pooling.stride) for kind in KINDS}
    st.markdown(_("Both kinds of pooling, enlarged to the same size:"))
    before = source.picture(source.map, source.name, _("Before pooling"), f"{side}x{side}")
    both = [
        source.picture(
            values,
            _(KINDS[kind]),
            _("After pooling: {kind}", kind=_(KINDS[kind])),
            f"{after}x{after}",
            marked=kind == pooling.kind,
        )
        for kind, values in pooled.items()
    ]
    pictures([before, *both], key="pooling_kinds", size="9rem")
    st.caption(
        _(
            "The maximum keeps large numbers as they are, here up to {largest:.2f}. The average makes them smaller, "
            "{mean:.2f} at most, because it includes the empty places around them.",
            largest=float(pooled["max"].max()),
            mean=float(pooled["average"].max()),
        )
    )

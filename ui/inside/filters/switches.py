"""Switches for the filters of a layer: by a press on a kernel, by typing numbers, or for many filters at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from model.language import _
from ui.components.pictures import pictures
from ui.inside.filters.choices import choose_off, switch_all_on, switch_off, toggle_pressed
from ui.inside.filters.layer import FilterLayer

SWITCHES = "filters_switches"
SMALLEST_NORMS = 10
"""Filters that one button switches off, by the smallest norms."""


def switches(layer: FilterLayer) -> None:
    """The switches of this layer; a caption names the filters of other layers that are off."""
    block, count = layer.block, layer.count
    small = (layer.kernels.norms.argsort(stable=True)[:SMALLEST_NORMS] + 1).tolist()
    buttons: list[tuple[str, Callable[..., None], tuple[Any, ...], bool]] = [
        (_("All dead filters"), switch_off, (block, layer.dead), not layer.dead),
        (_("{count} smallest norms", count=len(small)), switch_off, (block, small), False),
        (_("All of this layer"), switch_off, (block, list(range(1, count + 1))), False),
        (_("None"), switch_all_on, (len(layer.recognizer.checkpoint.model.filters),), not layer.all_off),
    ]
    choose_off(block, count)
    with st.container(horizontal=True, gap="small"):
        for number, (label, callback, arguments, disabled) in enumerate(buttons):
            st.button(label, on_click=callback, args=arguments, disabled=disabled, key=f"filters_button_{number}")
    with st.container(height=440 if layer.count > 40 else "content", border=False, key="filters_switches_box"):
        pictures(
            [layer.tile(channel, marked=channel + 1 in layer.off) for channel in range(count)],
            key=SWITCHES,
            size="2.6rem",
            on_pick=partial(toggle_pressed, SWITCHES, block, count),
        )
    others = [
        _("layer {layer}: {filters}", layer=other + 1, filters=", ".join(str(channel + 1) for channel in channels))
        for other, channels in layer.all_off
        if other != block
    ]
    if others:
        st.caption(_("Off in other layers: {filters}.", filters="; ".join(others)))

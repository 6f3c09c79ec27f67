"""The units of a layer as a grid of switches, each with its activation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from ui.components import register

_component = register("unit_grid")


def unit_grid(
    values: Sequence[float], off: Sequence[int], *, label: str, key: str, on_press: Callable[[], None]
) -> None:
    """Show one switch for each unit, coloured by its activation on the diverging scale, crossed out if it is off.

    off: the units that are switched off, counted from 0. label: what the grid is, for screen readers. `on_press` is
    called when a unit was pressed; there `pressed_unit(key, count)` returns it. The arrow keys move through the grid.
    """
    limit = max((abs(value) for value in values), default=0.0)
    data = {
        "values": [round(float(value), 4) for value in values],
        "limit": limit,
        "off": sorted(off),
        "label": label,
    }
    _component(data=data, key=key, on_pressed_change=on_press)


def pressed_unit(key: str, count: int) -> int | None:
    """In the callback: which of `count` units was pressed, from 0; None if the browser sent something else."""
    sent: Any = st.session_state.get(key)
    number = sent.get("pressed") if sent is not None else None
    known = isinstance(number, int) and not isinstance(number, bool) and 0 <= number < count
    return number if known else None

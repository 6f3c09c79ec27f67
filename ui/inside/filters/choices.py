"""The choices of a session on the Filters page: layer, filter, slice, and the filters that are switched off.

Streamlit keeps them under the keys of their widgets. All code that reads or sets them by key is in this file; it checks
each value, because a browser may send anything and another network may have fewer layers or filters.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import streamlit as st

from model.language import _

LAYER = "filters_layer"
FILTER = "filters_chosen"
SLICE = "filters_slice"

STRONGEST, MEAN = "strongest", "mean"

Off = tuple[tuple[int, tuple[int, ...]], ...]
"""The filters that are off, as (block, channels), counted from 0 and in rising order; only blocks with such filters."""


@dataclass
class FiltersState:
    """State of the Filters page. rankings: (fingerprint of the network, block) of each ranking that was started."""

    rankings: set[tuple[str, int]] = field(default_factory=set)


def choose_layer(count: int) -> int:
    """Shows the choice of the layer and returns the block, counted from 0. `count`: layers of the network."""
    st.session_state[LAYER] = _within(st.session_state.get(LAYER), count)
    layer = st.segmented_control(
        _("Layer"),
        range(1, count + 1),
        format_func=lambda layer: _("Layer {number}", number=layer),
        required=True,
        key=LAYER,
        persist_state="session",
    )
    return int(layer or 1) - 1


def choose_filter(count: int) -> int:
    """Shows the field with the number of the chosen filter and returns the channel, counted from 0."""
    st.session_state[FILTER] = _within(st.session_state.get(FILTER), count)
    number = st.number_input(
        _("Filter, 1 to {count}", count=count), 1, count, step=1, key=FILTER, persist_state="session", width=180
    )
    return int(number or 1) - 1


def chosen_filter() -> object:
    """The number of the chosen filter, from 1, as the widget holds it; it may not fit the layer."""
    return st.session_state.get(FILTER)


def choose_pressed(key: str, order: list[int]) -> None:
    """Callback of `pictures`: choose the filter whose kernel was pressed; see `pressed`."""
    number = pressed(key, order)
    if number is not None:
        st.session_state[FILTER] = number


def choose_slice(channels: int) -> int | str:
    """Shows the choice of the slice of each kernel: returns STRONGEST, MEAN, or an input channel counted from 0."""
    if channels == 1:
        return 0
    options: list[int | str] = [STRONGEST, MEAN, *range(1, channels + 1)]
    if st.session_state.get(SLICE) not in options:
        st.session_state[SLICE] = STRONGEST
    names = {STRONGEST: _("Its strongest"), MEAN: _("The mean of all")}
    chosen = st.selectbox(
        _("Slice shown of each kernel"),
        options,
        format_func=lambda option: names.get(option) or _("From map {number}", number=option),
        key=SLICE,
        persist_state="session",
        width=220,
    )
    return chosen - 1 if isinstance(chosen, int) else chosen


def choose_off(block: int, count: int) -> None:
    """Shows the field with the filters of a layer that are off; their numbers can be typed into it."""
    key = _off_key(block)
    st.session_state[key] = switched_off(block, count)
    st.multiselect(
        _("Switched off in layer {number}", number=block + 1),
        range(1, count + 1),
        key=key,
        persist_state="session",
        placeholder=_("None. Press kernels, or type numbers"),
    )


def all_off(filters: tuple[int, ...]) -> Off:
    """All filters that are off, of a network with so many filters in each layer."""
    chosen = ((block, tuple(sorted(n - 1 for n in switched_off(block, count)))) for block, count in enumerate(filters))
    return tuple((block, channels) for block, channels in chosen if channels)


def switched_off(block: int, count: int) -> list[int]:
    """The numbers, from 1, of the filters of a layer that are off; `count`: filters of the layer."""
    return [n for n in st.session_state.get(_off_key(block)) or [] if isinstance(n, int) and 1 <= n <= count]


def switch_off(block: int, numbers: list[int]) -> None:
    """Callback: switch off these filters of a layer, by their numbers from 1, and switch on all others."""
    st.session_state[_off_key(block)] = sorted(numbers)


def switch_all_on(layers: int) -> None:
    """Callback: switch on all filters of all layers."""
    for block in range(layers):
        switch_off(block, [])


def toggle(block: int, count: int, number: int) -> None:
    """Callback: switch a filter off, or on again."""
    off = switched_off(block, count)
    switch_off(block, [n for n in off if n != number] if number in off else [*off, number])


def toggle_pressed(key: str, block: int, count: int) -> None:
    """Callback of `pictures` that shows all filters of a layer in order: toggle the one that was pressed."""
    number = pressed(key, list(range(count)))
    if number is not None:
        toggle(block, count, number)


def pressed(key: str, order: list[int]) -> int | None:
    """In a callback of `pictures`: the number, from 1, of the channel that was pressed. order: the shown channels."""
    index = getattr(st.session_state.get(key), "picked", None)
    return order[index] + 1 if isinstance(index, int) and 0 <= index < len(order) else None


def _off_key(block: int) -> str:
    return f"filters_off_{block + 1}"


def _within(value: object, count: int) -> int:
    """A stored number from 1, limited to `count`; 1 for anything that is not a number."""
    return min(max(value, 1), count) if isinstance(value, int) else 1

"""What the Filters page keeps: slow results that all sessions share, and the session's own choices."""

from __future__ import annotations

import streamlit as st

from model.inspection.ablation import DigitScore, Ranking, rank, score_silenced
from model.inspection.activations import Survey, survey
from model.inspection.feature_visualization import FeatureVisualization, visualize_feature
from model.language import _
from model.recognizer import Recognizer
from ui.shared.data_set import data_set
from ui.shared.shared_work import SharedWork

LAYER = "filters_layer"
CHOSEN = "filters_chosen"
SLICE = "filters_slice"

STRONGEST, MEAN = "strongest", "mean"

Off = tuple[tuple[int, tuple[int, ...]], ...]
"""Silenced channels: (block, channels), both in order and counted from 0; blocks without any are left out."""


# --- Results that belong to a network, by its fingerprint -------------------------------------------------------------


@st.cache_resource(max_entries=16, show_spinner=False)  # each that is under way holds a copy of its network
def surveyed(fingerprint: str, _recognizer: Recognizer) -> SharedWork[Survey]:
    """What excites each filter, on the training pictures. Its steps raise DataError where they cannot be read."""
    return SharedWork(lambda: survey(_recognizer.network, data_set().train))


@st.cache_resource(max_entries=64, show_spinner=False)
def scored(fingerprint: str, off: Off, _recognizer: Recognizer) -> SharedWork[DigitScore]:
    """The score on the test pictures without those channels; () for the whole network."""
    return SharedWork(lambda: score_silenced(_recognizer.network, data_set().test, dict(off)))


@st.cache_resource(max_entries=16, show_spinner=False)
def ranked(fingerprint: str, block: int, _recognizer: Recognizer) -> SharedWork[Ranking]:
    """What each filter of a block carries, on the test pictures."""
    return SharedWork(lambda: rank(_recognizer.network, block, data_set().test))


@st.cache_resource(max_entries=512, show_spinner=False)
def visualized_feature(fingerprint: str, block: int, channel: int, _recognizer: Recognizer) -> FeatureVisualization:
    """What a filter would like to see."""
    return visualize_feature(_recognizer.checkpoint, block, channel)


# --- Choices of the session, kept within what the chosen network has --------------------------------------------------


def choose_layer(count: int) -> int:
    """The chooser of the layer; returns the block, counted from 0. A network with fewer layers shows its last one."""
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
    """The field with the number of the chosen filter; returns the channel, counted from 0."""
    st.session_state[CHOSEN] = _within(st.session_state.get(CHOSEN), count)
    number = st.number_input(
        _("Filter, 1 to {count}", count=count), 1, count, step=1, key=CHOSEN, persist_state="session", width=180
    )
    return int(number or 1) - 1


def choose_slice(channels: int) -> int | str:
    """Which slice of each kernel is shown: STRONGEST, MEAN, or an input channel counted from 0."""
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
    """The field that lists the silenced filters of a layer, in which they can be typed."""
    key = _keep_off(block, count)
    st.multiselect(
        _("Silenced in layer {number}", number=block + 1),
        range(1, count + 1),
        key=key,
        persist_state="session",
        placeholder=_("None; press kernels, or type numbers"),
    )


def all_off(filters: tuple[int, ...]) -> Off:
    """What is silenced, of the filters that the network has."""
    chosen = ((block, tuple(sorted(n - 1 for n in silenced(block, count)))) for block, count in enumerate(filters))
    return tuple((block, channels) for block, channels in chosen if channels)


def silenced(block: int, count: int) -> list[int]:
    """The numbers, from 1, of a layer's silenced filters."""
    return [n for n in st.session_state.get(_off_key(block)) or [] if isinstance(n, int) and 1 <= n <= count]


def silence(block: int, numbers: list[int]) -> None:
    """Callback: silence exactly these filters of a layer, by their numbers from 1."""
    st.session_state[_off_key(block)] = sorted(numbers)


def silence_none(count: int) -> None:
    """Callback: all filters of all layers speak again."""
    for block in range(count):
        silence(block, [])


def toggle(block: int, count: int, number: int) -> None:
    """Callback: silence a filter, or let it speak again."""
    now = silenced(block, count)
    silence(block, [n for n in now if n != number] if number in now else [*now, number])


def picked(key: str, order: list[int]) -> int | None:
    """In a callback of `pictures`: which of the shown channels was pressed, as a number from 1."""
    index = getattr(st.session_state.get(key), "picked", None)
    return order[index] + 1 if isinstance(index, int) and 0 <= index < len(order) else None


def _off_key(block: int) -> str:
    return f"filters_off_{block + 1}"


def _keep_off(block: int, count: int) -> str:
    key = _off_key(block)
    st.session_state[key] = silenced(block, count)
    return key


def _within(value: object, count: int) -> int:
    """A stored number from 1, where another network may have fewer."""
    return min(max(value, 1), count) if isinstance(value, int) else 1

"""The widgets of the form: a short form for beginners, and all other settings in groups."""

from __future__ import annotations

from typing import Any, Literal, get_args, get_origin

import streamlit as st

from model.language import _
from model.network.config import ModelConfig, choice_name
from model.network.train_config import TrainConfig
from ui.shared.formatting import plain_markdown
from ui.shared.state import state_of
from ui.train.permalink import write_settings
from ui.train.settings.fields import (
    FIELDS,
    GROUPS,
    PER_LAYER,
    SHORT_FORM,
    STEPS,
    bounds,
    help_of,
    is_slider,
    label_of,
    layer_bounds,
)
from ui.train.settings.share import share_button
from ui.train.settings.values import (
    LAYERS,
    RESET,
    correct_values,
    follow_address,
    key,
    layer_count,
    read_values,
    remember_change,
    reset_values,
    steps_of,
)
from ui.train.state import RetrainState

GROUP = "settings_group"
"""Key of the widget that opens a group."""


def settings_form() -> tuple[ModelConfig, TrainConfig] | None:
    """The form, for a column of 300 px or more. Returns None where the chosen network cannot be built."""
    follow_address()
    correct_values()
    settings = read_values()
    problem = settings if isinstance(settings, str) else ""
    _find_problem_place(problem)
    link_problem = state_of(RetrainState).link_problem
    if link_problem:
        st.warning(link_problem, icon=":material/link_off:")
    before, after = SHORT_FORM[:-1], SHORT_FORM[-1:]
    _rows(before, problem)
    _layers(problem)
    _rows(after, problem)
    _groups(problem)
    if not isinstance(settings, str):
        write_settings(*settings)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(_("Reset to defaults"), icon=":material/restart_alt:", on_click=reset_values, key=RESET)
        if not isinstance(settings, str):
            share_button(*settings)
    return None if isinstance(settings, str) else settings


def _rows(names: tuple[str, ...], problem: str) -> None:
    """The widgets in this order; two sliders in sequence share a row."""
    rest = list(names)
    while rest:
        row = [rest.pop(0)]
        if rest and is_slider(row[0]) and is_slider(rest[0]):
            row.append(rest.pop(0))
        for column, name in zip(st.columns(len(row)), row, strict=True):
            with column:
                _widget(name)
        _show_problem(problem, *row)


def _layers(problem: str) -> None:
    """The number of convolutional layers, and for each layer a row with its filters and its kernel size."""
    low, high = layer_bounds()
    st.segmented_control(
        _("Convolutional layers"),
        range(low, high + 1),
        required=True,
        key=LAYERS,
        persist_state="session",
        on_change=remember_change,
        args=("layers",),
        help=help_of("filters"),
        width="stretch",
    )
    _show_problem(problem, "layers")
    for layer in range(1, layer_count() + 1):
        labels = _("Layer {layer}: filters", layer=layer), _("Layer {layer}: kernel", layer=layer)
        for column, name, label in zip(st.columns(2), PER_LAYER, labels, strict=True):
            column.slider(
                label,
                *bounds(FIELDS[name]),
                key=key(name, layer),
                persist_state="session",
                on_change=remember_change,
                args=(f"layer_{layer}",),
                help=help_of(name),
            )
        _show_problem(problem, f"layer_{layer}")


def _groups(problem: str) -> None:
    """All other settings, one group at a time."""
    group = st.segmented_control(
        _("More settings"),
        list(GROUPS),
        format_func=_,
        key=GROUP,
        persist_state="session",
        width="stretch",
        help=_("Press a group to open it, and again to close it"),
    )
    shown = GROUPS.get(group or "", ())
    _rows(shown, problem)
    hidden = {name for names in GROUPS.values() for name in names} - set(shown)
    _show_problem(problem, *hidden)


def _widget(name: str) -> None:
    """The widget for the type of a field."""
    field = FIELDS[name]
    common: dict[str, Any] = {
        "key": key(name),
        "persist_state": "session",
        "help": help_of(name),
        "on_change": remember_change,
        "args": (name,),
        "disabled": name == "momentum" and st.session_state[key("optimizer")] != "sgd",
    }
    label = label_of(name)
    low, high = bounds(field)
    if field.annotation is bool:
        st.toggle(label, **common)
    elif get_origin(field.annotation) is Literal:
        options = get_args(field.annotation)
        if len(options) <= 4:
            st.segmented_control(label, options, format_func=choice_name, required=True, width="stretch", **common)
        else:
            st.selectbox(label, options, format_func=choice_name, **common)
    elif name in STEPS:
        st.select_slider(label, steps_of(name), format_func=lambda value: f"{value:,}", **common)
    elif not is_slider(name):
        st.number_input(label, low, high, step=1, required=True, **common)
    elif field.annotation is int:
        st.slider(label, low, high, **common)
    else:
        st.slider(label, low, high, step=0.01 if high <= 1 else 0.1 if high <= 10 else 1.0, **common)


def _find_problem_place(problem: str) -> None:
    """The problem stays below the widget that caused it, until the network can be built again."""
    state = state_of(RetrainState)
    if not problem:
        state.problem_place = ""
    elif not state.problem_place:
        state.problem_place = state.last_changed if state.last_changed in _network_places() else "layers"


def _network_places() -> set[str]:
    """The places of the form that change the network."""
    layers = {f"layer_{layer}" for layer in range(1, layer_bounds()[1] + 1)}
    return {"layers", *layers, *(name for name in ModelConfig.model_fields if name not in PER_LAYER)}


def _show_problem(problem: str, *places: str) -> None:
    if problem and state_of(RetrainState).problem_place in places:
        st.error(plain_markdown(problem), icon=":material/block:")

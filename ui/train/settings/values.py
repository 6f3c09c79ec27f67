"""The values of the form in the session: set, checked and read.

Each widget keeps its value in the session under `setting_<field>`. So the values survive a visit to another page.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from model.language import _
from model.network.config import ModelConfig
from model.network.settings import SettingsError
from model.network.train_config import TrainConfig
from ui.shared.formatting import plain_markdown
from ui.shared.state import state_of
from ui.train.permalink import new_settings
from ui.train.settings.fields import FIELDS, PER_LAYER, STEPS, bounds, layer_bounds, layer_default, slider_steps
from ui.train.state import RetrainState

LAYERS = "setting_layers"
"""Key of the widget for the number of convolutional layers."""

RESET = "settings_reset"
"""Key of the button. Streamlit keeps it in the session only while the form is on the page."""


def key(name: str, layer: int | None = None) -> str:
    """The key of the widget of a field; for a field of each layer, that of one layer, counted from 1."""
    return f"setting_{name}_{layer}" if layer else f"setting_{name}"


def set_values(model: ModelConfig, train: TrainConfig) -> None:
    """Put settings into the form. Call it before the form is drawn, or in a callback."""
    for config in (model, train):
        for name in _single_fields(type(config)):
            st.session_state[key(name)] = getattr(config, name)
    st.session_state[LAYERS] = len(model.filters)
    for layer in range(1, layer_bounds()[1] + 1):
        for name in PER_LAYER:
            values = getattr(model, name)
            value = values[layer - 1] if layer <= len(model.filters) else layer_default(name, layer)
            st.session_state[key(name, layer)] = value
    state = state_of(RetrainState)
    state.slider_values = {name: st.session_state[key(name)] for name in STEPS}
    state.link_problem = ""


def reset_values() -> None:
    """Callback: set every setting to its default."""
    set_values(ModelConfig(), TrainConfig())


def remember_change(place: str) -> None:
    """Callback of every widget: a network that can no longer be built is explained below the last changed widget."""
    state = state_of(RetrainState)
    state.last_changed, state.link_problem = place, ""


def follow_address() -> None:
    """Use the settings of the page's address. Where they cannot be used, use the defaults, and keep the reason."""
    try:
        settings = new_settings(arrived=RESET not in st.session_state)
        if settings:
            set_values(*settings)
    except SettingsError as error:
        reset_values()
        problem = plain_markdown(str(error))
        state_of(RetrainState).link_problem = _(
            "This link cannot be used ({problem}), so the settings are the defaults.", problem=problem
        )


def correct_values() -> None:
    """Give every widget a value that its field allows. Missing and forged values become the default."""
    values = st.session_state
    for config in (ModelConfig, TrainConfig):
        for name in _single_fields(config):
            _set(key(name), _allowed(config, name, values.get(key(name))))
    for name in STEPS:
        if values[key(name)] not in steps_of(name):
            values[key(name)] = FIELDS[name].default
    _set(LAYERS, _within(values.get(LAYERS), *layer_bounds(), len(FIELDS["filters"].default)))
    for layer in range(1, layer_bounds()[1] + 1):
        for name in PER_LAYER:
            low, high = bounds(FIELDS[name])
            _set(key(name, layer), _within(values.get(key(name, layer)), low, high, layer_default(name, layer)))


def steps_of(name: str) -> list[Any]:
    """The values of a slider with fixed steps, with the one of this session's link."""
    return slider_steps(name, state_of(RetrainState).slider_values.get(name))


def layer_count() -> int:
    """How many convolutional layers the form has now."""
    return int(st.session_state[LAYERS])


def read_values() -> tuple[ModelConfig, TrainConfig] | str:
    """The settings of the form, or one sentence that says why this network cannot be built."""
    values = st.session_state
    layers = range(1, layer_count() + 1)
    model = {name: values[key(name)] for name in _single_fields(ModelConfig)}
    model |= {name: tuple(values[key(name, layer)] for layer in layers) for name in PER_LAYER if layers}
    model.setdefault("filters", ())
    train = {name: values[key(name)] for name in TrainConfig.model_fields}
    # A slider may give 0.15000000000000002 for 0.15.
    train = {name: round(value, 9) if isinstance(value, float) else value for name, value in train.items()}
    try:
        return ModelConfig.parse(model), TrainConfig.parse(train)
    except SettingsError as error:
        return f"{str(error)[:1].upper()}{str(error)[1:]}."


def _single_fields(config: type[ModelConfig | TrainConfig]) -> set[str]:
    """The fields with one value, not one for each layer."""
    return config.model_fields.keys() - set(PER_LAYER)


def _set(where: str, value: Any) -> None:
    """Only where the value changes, because each assignment makes the browser move the slider."""
    if where not in st.session_state or st.session_state[where] != value:
        st.session_state[where] = value


def _allowed(config: type[ModelConfig | TrainConfig], name: str, value: Any) -> Any:
    default = config.model_fields[name].default
    if type(value) is not type(default) and not (isinstance(default, float) and type(value) is int):
        return default
    try:
        return getattr(config.parse({name: value}), name)
    except SettingsError:
        return default


def _within(value: Any, low: int, high: int, default: int) -> int:
    return value if type(value) is int and low <= value <= high else default

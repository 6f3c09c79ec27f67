"""Settings in the page's address: a teacher sends a link, and the class opens the same experiment.

Only what differs from the defaults stands in the address, named as the flags of train.py: `?epochs=5&filters=32,64`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from model.language import _
from model.network.config import ModelConfig
from model.network.settings import SettingsError
from model.network.train_config import TrainConfig

MAX_LENGTH = 60
"""Characters of a value in the address; no setting needs so many."""

NOTHING = "none"
"""How an empty list is written: the filters of a network without convolutions. A bare `filters=` at the end of a link
is easily lost when it is copied."""

_WRITTEN = "permalink_written"


def parameter(field: str) -> str:
    """The name of a field in the address, as in the flag of train.py: batch_size is batch-size."""
    return field.replace("_", "-")


NAMES = frozenset(parameter(name) for config in (ModelConfig, TrainConfig) for name in config.model_fields)
"""The address's parameters that are settings; all others belong to someone else and are left alone."""


def link_of(model: ModelConfig, train: TrainConfig) -> dict[str, str]:
    """The parameters of the address that ask for these settings; the defaults need none."""
    found = {}
    for config in (model, train):
        for name, field in type(config).model_fields.items():
            value = getattr(config, name)
            if name == "kernel_size" and len(set(value)) <= 1:
                value = value[:1] or field.default  # one size stands for all layers
            if value != field.default:
                found[parameter(name)] = _text(value)
    return found


def settings_of(values: Mapping[str, str]) -> tuple[ModelConfig, TrainConfig]:
    """The settings that parameters of an address ask for; other names are ignored.

    Raises SettingsError with one sentence that names the setting.
    """
    for name in sorted(NAMES & values.keys()):
        if len(values[name]) > MAX_LENGTH:
            raise SettingsError(_("{name}: what the address asks for is too long", name=name.replace("-", " ")))
    model, train = (
        {name: _value(name, values[parameter(name)]) for name in config.model_fields if parameter(name) in values}
        for config in (ModelConfig, TrainConfig)
    )
    return ModelConfig.parse(model), TrainConfig.parse(train)


def new_settings(*, arrived: bool) -> tuple[ModelConfig, TrainConfig] | None:
    """The settings that the address asks for, if it changed since `write_settings`; None where there is nothing to do.

    That is so when a link is opened, and when the browser goes back to an earlier address. `arrived`: the session has
    just come to this page, perhaps from one whose address has no settings; then an address without any says nothing.
    Raises SettingsError with one sentence.
    """
    asked = _asked()
    if asked == st.session_state.get(_WRITTEN, {}) or (arrived and not asked):
        return None
    st.session_state[_WRITTEN] = asked
    for name in asked:
        if len(st.query_params.get_all(name)) > 1:
            raise SettingsError(_("{name}: the address asks for more than one value", name=name.replace("-", " ")))
    return settings_of(asked)


def write_settings(model: ModelConfig, train: TrainConfig) -> None:
    """Have the address ask for these settings; its other parameters stay as they are."""
    wanted = link_of(model, train)
    own = {name: [value] for name, value in wanted.items()}
    if own != {name: st.query_params.get_all(name) for name in NAMES if name in st.query_params}:
        others = {name: st.query_params.get_all(name) for name in st.query_params if name not in NAMES}
        st.query_params.from_dict({**others, **own})  # all at once: each write is a step for the browser's back button
    st.session_state[_WRITTEN] = wanted


def link(model: ModelConfig, train: TrainConfig) -> str:
    """The whole address of this page with these settings, to be sent to others."""
    page = (st.context.url or "").split("?")[0].split("#")[0]
    parameters = urlencode(link_of(model, train), safe=",")
    return f"{page}?{parameters}" if parameters else page


def _asked() -> dict[str, str]:
    return {name: st.query_params[name] for name in NAMES if name in st.query_params}


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        return ",".join(map(str, value)) or NOTHING
    return str(value).lower() if isinstance(value, bool) else str(value).removesuffix(".0")


def _value(name: str, text: str) -> Any:
    """What pydantic converts: a list where the field is one, else the text itself."""
    field = ModelConfig.model_fields.get(name)
    if field is None or not isinstance(field.default, tuple):
        return text
    return [] if text in ("", NOTHING) else text.split(",")

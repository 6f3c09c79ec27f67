"""Settings in the page's address: a teacher sends a link, and the class opens the same experiment.

Only settings that differ from the defaults are in the address, with the names of train.py's flags:
`?epochs=5&filters=32,64`.
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
from ui.shared.state import state_of
from ui.train.state import RetrainState

MAX_LENGTH = 60
"""The most characters of a value in the address. No setting needs more."""

NOTHING = "none"
"""An empty list: the filters of a network without convolutions. People who copy a link easily lose a bare `filters=` at
its end."""


def parameter(field: str) -> str:
    """The name of a field in the address, as in the flag of train.py: batch_size is batch-size."""
    return field.replace("_", "-")


NAMES = frozenset(parameter(name) for config in (ModelConfig, TrainConfig) for name in config.model_fields)
"""The parameters of the address that are settings. All others are left as they are."""


def link_of(model: ModelConfig, train: TrainConfig) -> dict[str, str]:
    """The parameters of an address with these settings. The defaults need none."""
    return {parameter(name): _text(value) for name, value in written_settings(model, train).items()}


def written_settings(model: ModelConfig, train: TrainConfig) -> dict[str, Any]:
    """The settings that differ from the defaults, by the name of their field."""
    found = {}
    for config in (model, train):
        for name, field in type(config).model_fields.items():
            value = getattr(config, name)
            if name == "kernel_size" and len(set(value)) <= 1:
                value = value[:1] or field.default  # one size stands for all layers
            if value != field.default:
                found[name] = value
    return found


def settings_of(values: Mapping[str, str]) -> tuple[ModelConfig, TrainConfig]:
    """The settings in the parameters of an address. Other names are ignored.

    Raises SettingsError with one sentence that names the setting.
    """
    for name in sorted(NAMES & values.keys()):
        if len(values[name]) > MAX_LENGTH:
            raise SettingsError(_("{name}: the value in the address is too long", name=name.replace("-", " ")))
    model, train = (
        {name: _value(name, values[parameter(name)]) for name in config.model_fields if parameter(name) in values}
        for config in (ModelConfig, TrainConfig)
    )
    return ModelConfig.parse(model), TrainConfig.parse(train)


def new_settings(*, arrived: bool) -> tuple[ModelConfig, TrainConfig] | None:
    """The settings in the address where they changed since `write_settings`; None where they did not.

    They change when somebody opens a link, and when the browser goes back to an earlier address. arrived: this page is
    shown for the first time after another page. Other pages have no settings in their address, so an address without
    settings then changes nothing. Raises SettingsError with one sentence.
    """
    state = state_of(RetrainState)
    found = {name: st.query_params[name] for name in NAMES if name in st.query_params}
    if found == state.address or (arrived and not found):
        return None
    state.address = found
    for name in found:
        if len(st.query_params.get_all(name)) > 1:
            raise SettingsError(_("{name}: the address has more than one value", name=name.replace("-", " ")))
    return settings_of(found)


def write_settings(model: ModelConfig, train: TrainConfig) -> None:
    """Put these settings into the address. Its other parameters stay as they are."""
    parameters = link_of(model, train)
    own = {name: [value] for name, value in parameters.items()}
    if own != {name: st.query_params.get_all(name) for name in NAMES if name in st.query_params}:
        others = {name: st.query_params.get_all(name) for name in st.query_params if name not in NAMES}
        st.query_params.from_dict(
            {**others, **own}
        )  # in one write, because each one is a step for the browser's back button
    state_of(RetrainState).address = parameters


def link(model: ModelConfig, train: TrainConfig) -> str:
    """The whole address of this page with these settings."""
    page = (st.context.url or "").split("?")[0].split("#")[0]
    parameters = urlencode(link_of(model, train), safe=",")
    return f"{page}?{parameters}" if parameters else page


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        return ",".join(map(str, value)) or NOTHING
    return str(value).lower() if isinstance(value, bool) else str(value).removesuffix(".0")


def _value(name: str, text: str) -> Any:
    """The value for pydantic: a list for a field with a list, else the text itself."""
    field = ModelConfig.model_fields.get(name)
    if field is None or not isinstance(field.default, tuple):
        return text
    return [] if text in ("", NOTHING) else text.split(",")

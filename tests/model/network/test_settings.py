"""The settings of network and training: defaults, bounds, and one sentence for a wrong value."""

from __future__ import annotations

import json
from typing import Any, Literal, get_args, get_origin

import pytest
from annotated_types import Ge, Le
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from model.network.config import ModelConfig
from model.network.settings import SettingsError
from model.network.train_config import TrainConfig
from tests.conftest import assert_one_sentence, json_values

CONFIGS = (ModelConfig, TrainConfig)
FIELDS = [(config, name) for config in CONFIGS for name in config.model_fields]


def bounds(config: type[ModelConfig | TrainConfig], name: str) -> tuple[float, float] | None:
    """The least and the largest value of a number, None for other types."""
    field = config.model_fields[name]
    if field.annotation not in (int, float):
        return None
    low = next(limit.ge for limit in field.metadata if isinstance(limit, Ge))
    high = next(limit.le for limit in field.metadata if isinstance(limit, Le))
    return low, high


NUMBERS = [(config, name, *limits) for config, name in FIELDS if (limits := bounds(config, name))]
CHOICES = [(config, name) for config, name in FIELDS if get_origin(config.model_fields[name].annotation) is Literal]


@pytest.mark.parametrize(("config", "name", "low", "high"), NUMBERS)
def test_every_number_is_accepted_at_its_bounds_and_refused_beyond_them(
    config: type[ModelConfig | TrainConfig], name: str, low: float, high: float
) -> None:
    for value in (low, high, str(low), str(high)):  # flags and permalinks are texts
        assert getattr(config.parse({name: value}), name) == float(value)
    for value in (low - 1, high + 1, -(10**400), 10**400, float("nan"), float("inf"), "inf", "", "ten", None, [], {}):
        with pytest.raises(SettingsError) as caught:
            config.parse({name: value})
        assert_one_sentence(caught.value)
        assert str(config.model_fields[name].title).lower() in str(caught.value)


def test_a_whole_number_takes_no_fraction() -> None:
    for config, name in FIELDS:
        if config.model_fields[name].annotation is int:
            with pytest.raises(SettingsError, match=str(config.model_fields[name].title).lower()):
                config.parse({name: 100.5})


@pytest.mark.parametrize(("config", "name"), CHOICES)
def test_a_wrong_choice_is_refused_with_the_list_of_choices(config: type[ModelConfig | TrainConfig], name: str) -> None:
    choices = get_args(config.model_fields[name].annotation)
    for choice in choices:
        assert getattr(config.parse({name: choice}), name) == choice
    with pytest.raises(SettingsError) as caught:
        config.parse({name: "nonsense"})
    assert_one_sentence(caught.value)
    assert all(choice in str(caught.value) for choice in choices)


@pytest.mark.parametrize("config", CONFIGS)
@pytest.mark.parametrize("values", [None, 5, "text", [], [1], True])
def test_values_that_are_not_a_table_are_refused(config: type[ModelConfig | TrainConfig], values: Any) -> None:
    with pytest.raises(SettingsError) as caught:
        config.parse(values)
    assert_one_sentence(caught.value)


@pytest.mark.parametrize("config", CONFIGS)
@pytest.mark.parametrize("name", ["colour", "_fill_kernels", "model_config", "", "a\nb", "x" * 5000])
def test_an_unknown_setting_is_refused_in_one_sentence(config: type[ModelConfig | TrainConfig], name: str) -> None:
    with pytest.raises(SettingsError) as caught:
        config.parse({name: 1})  # a permalink can name anything
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400, "a name of 5,000 letters is not repeated whole"
    if name == "colour":
        assert_one_sentence(caught.value)
        assert name in str(caught.value)


@given(st.dictionaries(st.sampled_from(sorted({name for _, name in FIELDS})), json_values()))
def test_any_values_are_parsed_or_raise_a_settings_error(values: dict[str, Any]) -> None:
    for config in CONFIGS:
        own = {name: value for name, value in values.items() if name in config.model_fields}
        try:
            parsed = config.parse(own)
        except SettingsError as error:
            assert "\n" not in str(error)
        else:
            assert isinstance(parsed, config)


def any_train_config() -> st.SearchStrategy[TrainConfig]:
    values: dict[str, st.SearchStrategy[Any]] = {}
    for name, field in TrainConfig.model_fields.items():
        limits = bounds(TrainConfig, name)
        if limits:
            values[name] = (st.integers if field.annotation is int else st.floats)(*limits)
        elif field.annotation is bool:
            values[name] = st.booleans()
        else:
            values[name] = st.sampled_from(get_args(field.annotation))
    return st.builds(TrainConfig, **values)


@given(any_train_config())
def test_training_settings_survive_json(config: TrainConfig) -> None:
    assert TrainConfig.parse(json.loads(config.model_dump_json())) == config


def test_every_setting_has_a_description_and_a_default() -> None:
    for config, name in FIELDS:
        field = config.model_fields[name]
        assert field.description, name
        assert len(field.description) > 10, name
        assert not field.description.endswith("."), name
        assert not field.is_required(), name
        assert getattr(config.parse({name: config().model_dump()[name]}), name) == getattr(config(), name)


@pytest.mark.parametrize("config", CONFIGS)
def test_a_setting_cannot_be_changed(config: type[ModelConfig | TrainConfig]) -> None:
    settings = config()
    with pytest.raises(ValidationError):
        setattr(settings, next(iter(config.model_fields)), 1)
    assert settings == config()


def test_the_two_classes_have_different_names_so_that_a_flag_has_one_meaning() -> None:
    assert not set(ModelConfig.model_fields) & set(TrainConfig.model_fields)


def test_the_defaults_train_on_mnist_and_hold_out_validation_pictures() -> None:
    config = TrainConfig()
    assert config.data == "mnist"
    assert config.train_images == 60_000
    assert 0 < config.validation_share < 0.5

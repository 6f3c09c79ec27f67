"""Settings: their defaults, their bounds, and the sentence that refuses the rest."""

from __future__ import annotations

import json
from typing import Any, get_args, get_origin

import pytest
from annotated_types import Ge, Le
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from torch.overrides import TorchFunctionMode

from model.network.checkpoint import MAX_BYTES
from model.network.cnn import DigitCNN
from model.network.config import MAX_PARAMETERS, ModelConfig
from model.network.settings import SettingsError
from model.network.train_config import TrainConfig
from tests.conftest import assert_one_sentence, json_values, model_configs, refusal

CONFIGS = (ModelConfig, TrainConfig)
FIELDS = [(config, name) for config in CONFIGS for name in config.model_fields]


def bounds(config: type[ModelConfig | TrainConfig], name: str) -> tuple[float, float] | None:
    """The least and the largest value of a number, None for what is no number."""
    field = config.model_fields[name]
    if field.annotation not in (int, float):
        return None
    low = next(limit.ge for limit in field.metadata if isinstance(limit, Ge))
    high = next(limit.le for limit in field.metadata if isinstance(limit, Le))
    return low, high


NUMBERS = [(config, name, *limits) for config, name in FIELDS if (limits := bounds(config, name))]


def test_the_default_network_is_the_keras_style_one() -> None:
    table = [(layer.name, layer.kind, layer.output, layer.parameters) for layer in ModelConfig().layers()]
    assert table == [
        ("conv1", "convolution", (32, 26, 26), 320),
        ("activation1", "activation", (32, 26, 26), 0),
        ("pool1", "pooling", (32, 13, 13), 0),
        ("conv2", "convolution", (64, 11, 11), 18_496),
        ("activation2", "activation", (64, 11, 11), 0),
        ("pool2", "pooling", (64, 5, 5), 0),
        ("conv3", "convolution", (64, 3, 3), 36_928),
        ("activation3", "activation", (64, 3, 3), 0),
        ("flatten", "flatten", (576,), 0),
        ("dense", "dense", (64,), 36_928),
        ("dense_activation", "activation", (64,), 0),
        ("output", "dense", (10,), 650),
    ]
    assert ModelConfig().parameters == 93_322


def test_the_defaults_train_on_mnist_and_hold_some_of_it_out() -> None:
    config = TrainConfig()
    assert config.data == "mnist"
    assert config.train_images == 60_000
    assert 0 < config.validation_share < 0.5


def test_norm_and_dropout_stand_where_the_lesson_says() -> None:
    names = [layer.name for layer in ModelConfig(filters=(4,), batch_norm=True, dropout=0.5).layers()]
    assert names == [
        "conv1",
        "norm1",
        "activation1",
        "pool1",
        "flatten",
        "dense_dropout",
        "dense",
        "dense_activation",
        "output_dropout",
        "output",
    ]


def test_one_kernel_size_stands_for_every_layer() -> None:
    assert ModelConfig().kernel_size == (3, 3, 3)
    assert ModelConfig(filters=(4, 4)).kernel_size == (3, 3)
    for size in (5, [5], (5,), ["5"]):
        assert ModelConfig.parse({"filters": [4, 4], "kernel_size": size}).kernel_size == (5, 5)


def test_kernel_sizes_may_differ_from_layer_to_layer() -> None:
    config = ModelConfig(filters=(4, 6), kernel_size=(5, 3))
    shapes = {layer.name: layer.output for layer in config.layers()}
    assert shapes["conv1"] == (4, 24, 24)
    assert shapes["conv2"] == (6, 10, 10)


@pytest.mark.parametrize(("layers", "sizes"), [(3, 2), (2, 3), (1, 2), (4, 3), (3, 0)])
def test_a_list_of_kernel_sizes_that_does_not_fit_the_layers_is_refused(layers: int, sizes: int) -> None:
    message = refusal({"filters": [4] * layers, "kernel_size": [3] * sizes})
    assert "kernel size" in message
    assert f"{sizes} sizes" in message
    assert f"{layers} layers" in message


def test_only_the_first_two_layers_are_pooled_so_that_four_layers_fit() -> None:
    shapes = [layer.output for layer in ModelConfig(filters=(4, 4, 4, 4)).layers() if layer.kind == "convolution"]
    assert shapes == [(4, 26, 26), (4, 11, 11), (4, 3, 3), (4, 1, 1)]


@pytest.mark.parametrize(
    ("values", "layer", "sizes"),
    [
        ({"filters": [4, 4, 4], "kernel_size": 5}, "convolution 3", ("5x5", "4x4")),
        ({"filters": [4, 4, 4], "kernel_size": 9}, "convolution 3", ("9x9", "1x1")),
        ({"filters": [4, 4, 4, 4], "kernel_size": 9, "pooling": "none"}, "convolution 4", ("9x9", "4x4")),
        ({"filters": [4, 4, 4], "kernel_size": [3, 3, 7], "pooling": "average"}, "convolution 3", ("7x7", "5x5")),
    ],
)
def test_a_network_that_shrinks_to_nothing_is_refused_by_layer_and_sizes(
    values: dict[str, Any], layer: str, sizes: tuple[str, str]
) -> None:
    message = refusal(values)
    assert layer in message
    assert all(size in message for size in sizes)
    one_less = {name: value[:-1] if isinstance(value, list) else value for name, value in values.items()}
    assert ModelConfig.parse(one_less).parameters > 0


class _Recorder(TorchFunctionMode):
    """Notes every call into PyTorch while it is entered."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[str] = []

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        self.calls.append(str(func))
        return func(*args, **(kwargs or {}))


def test_too_many_parameters_are_refused_before_anything_is_allocated() -> None:
    with _Recorder() as recorder:
        message = refusal({"filters": [128] * 4, "pooling": "none", "dense_units": 512})
        refusal({"filters": [4] * 4, "kernel_size": 9})
        assert recorder.calls == []
        DigitCNN(ModelConfig(filters=(1,), dense_units=1))
        assert recorder.calls, "the recorder sees a network being built"
    assert "26,664,074" in message
    assert "5,000,000" in message


def test_the_largest_network_allowed_fits_into_a_checkpoint() -> None:
    assert MAX_PARAMETERS * 4 < MAX_BYTES


@pytest.mark.parametrize(("config", "name", "low", "high"), NUMBERS)
def test_every_number_is_accepted_at_its_bounds_and_refused_beyond_them(
    config: type[ModelConfig | TrainConfig], name: str, low: float, high: float
) -> None:
    for value in (low, high, str(low), str(high)):  # flags and permalinks are text
        assert getattr(config.parse({name: value}), name) == float(value)
    for value in (low - 1, high + 1, -(10**400), 10**400, float("nan"), float("inf"), "inf", "", "ten", None, [], {}):
        with pytest.raises(SettingsError) as caught:
            config.parse({name: value})
        assert_one_sentence(caught.value)
        assert str(config.model_fields[name].title).lower() in str(caught.value)


@pytest.mark.parametrize("name", [name for config, name, *_ in NUMBERS if config.model_fields[name].annotation is int])
def test_a_whole_number_takes_no_fraction(name: str) -> None:
    config = ModelConfig if name in ModelConfig.model_fields else TrainConfig
    with pytest.raises(SettingsError, match=str(config.model_fields[name].title).lower()):
        config.parse({name: 100.5})


@pytest.mark.parametrize(
    "filters",
    [[0], [129], [4] * 5, [4] * 100_000, [-1], [1.5], ["x"], [None], [[4]], None, 5, "abc", {}, [10**400]],
)
def test_impossible_filters_are_refused(filters: Any) -> None:
    assert "filters" in refusal({"filters": filters})


def test_no_filters_make_a_dense_network_whatever_the_kernels() -> None:
    dense = ModelConfig.parse({"filters": [], "dense_units": 117})
    assert dense.kernel_size == ()
    assert [layer.name for layer in dense.layers()] == ["flatten", "dense", "dense_activation", "output"]
    assert dense.parameters == (28 * 28 + 1) * 117 + (117 + 1) * 10
    assert ModelConfig.parse(dense.model_dump(mode="json")) == dense
    assert ModelConfig.parse({"filters": (), "kernel_size": 5, "pooling": "average", "batch_norm": True}).filters == ()
    assert "kernel size" in refusal({"filters": [], "kernel_size": [3, 3]})


@pytest.mark.parametrize("kernels", [0, 10, -3, [0], [10], [], [3.5], ["x"], [None], None, "abc", {}, [[3]], 10**400])
def test_impossible_kernel_sizes_are_refused(kernels: Any) -> None:
    assert "kernel size" in refusal({"kernel_size": kernels})


@pytest.mark.parametrize(("config", "name"), FIELDS)
def test_every_choice_names_what_may_be_chosen(config: type[ModelConfig | TrainConfig], name: str) -> None:
    field = config.model_fields[name]
    choices = get_args(field.annotation) if field.annotation not in (int, float, bool) else ()
    if not all(isinstance(choice, str) for choice in choices) or not choices:
        return
    for choice in choices:
        assert getattr(config.parse({name: choice}), name) == choice
    with pytest.raises(SettingsError) as caught:
        config.parse({name: "nonsense"})
    assert_one_sentence(caught.value)
    assert all(choice in str(caught.value) for choice in choices)


@pytest.mark.parametrize("config", CONFIGS)
@pytest.mark.parametrize("values", [None, 5, "text", [], [1], True])
def test_what_is_no_table_of_settings_is_refused(config: type[ModelConfig | TrainConfig], values: Any) -> None:
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
def test_nothing_but_a_settings_error_comes_of_any_values(values: dict[str, Any]) -> None:
    for config in CONFIGS:
        own = {name: value for name, value in values.items() if name in config.model_fields}
        try:
            parsed = config.parse(own)
        except SettingsError as error:
            assert "\n" not in str(error)
        else:
            assert isinstance(parsed, config)


@given(model_configs())
def test_a_network_survives_the_way_through_json(config: ModelConfig) -> None:
    assert ModelConfig.parse(json.loads(config.model_dump_json())) == config


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
def test_a_training_survives_the_way_through_json(config: TrainConfig) -> None:
    assert TrainConfig.parse(json.loads(config.model_dump_json())) == config


@pytest.mark.parametrize(("config", "name"), FIELDS)
def test_every_setting_explains_itself(config: type[ModelConfig | TrainConfig], name: str) -> None:
    field = config.model_fields[name]
    assert field.description
    assert len(field.description) > 10
    assert not field.description.endswith(".")
    assert not field.is_required()
    assert getattr(config.parse({name: config().model_dump()[name]}), name) == getattr(config(), name)
    assert field.annotation in (int, float, bool) or get_origin(field.annotation) is not None


@pytest.mark.parametrize("config", CONFIGS)
def test_a_setting_cannot_be_changed_behind_the_networks_back(config: type[ModelConfig | TrainConfig]) -> None:
    settings = config()
    with pytest.raises(ValidationError):
        setattr(settings, next(iter(config.model_fields)), 1)
    assert settings == config()


def test_the_two_classes_share_no_name_so_that_one_flag_means_one_thing() -> None:
    assert not set(ModelConfig.model_fields) & set(TrainConfig.model_fields)

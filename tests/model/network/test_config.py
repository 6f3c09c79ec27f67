"""The settings of a network: which networks can be built, and the error messages for the others."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from torch.overrides import TorchFunctionMode

from model.network.checkpoint import MAX_BYTES
from model.network.cnn import DigitCNN
from model.network.config import MAX_PARAMETERS, ModelConfig
from tests.conftest import model_configs, refusal


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


def test_the_places_of_norm_and_dropout() -> None:
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


def test_one_kernel_size_applies_to_every_layer() -> None:
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
def test_a_network_whose_maps_shrink_to_nothing_is_refused_with_layer_and_sizes(
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


@pytest.mark.parametrize(
    "filters",
    [[0], [129], [4] * 5, [4] * 100_000, [-1], [1.5], ["x"], [None], [[4]], None, 5, "abc", {}, [10**400]],
)
def test_impossible_filters_are_refused(filters: Any) -> None:
    assert "filters" in refusal({"filters": filters})


def test_a_network_without_filters_is_dense_for_any_kernel_size() -> None:
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


@given(model_configs())
def test_network_settings_survive_json(config: ModelConfig) -> None:
    assert ModelConfig.parse(json.loads(config.model_dump_json())) == config

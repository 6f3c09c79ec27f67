"""The table of layers against what PyTorch allocates, counts and computes."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from model.network.cnn import DigitCNN, example_input
from model.network.config import ModelConfig
from model.network.layers import (
    ReceptiveField,
    convolution_parameters,
    dense_parameters,
    layer_table,
    output_size,
)
from tests.conftest import model_configs
from tests.networks import random_batch, random_network


@given(size=st.integers(1, 60), window=st.integers(1, 9), stride=st.integers(1, 6), padding=st.integers(0, 5))
def test_the_output_size_is_that_of_pytorch(size: int, window: int, stride: int, padding: int) -> None:
    if window > size + 2 * padding:
        with pytest.raises(ValueError, match="does not fit"):
            output_size(size, window, stride, padding)
        return
    row, kernel = torch.zeros(1, 1, size), torch.zeros(1, 1, window)
    convolved = nn.functional.conv1d(row, kernel, stride=stride, padding=padding)
    assert output_size(size, window, stride, padding) == convolved.shape[2]
    if window <= size:
        assert output_size(size, window, stride) == nn.functional.max_pool1d(row, window, stride).shape[2]


@pytest.mark.parametrize("wrong", [(0, 3, 1, 0), (28, 0, 1, 0), (28, 3, 0, 0), (28, 3, 1, -1)])
def test_impossible_sizes_are_refused(wrong: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="at least"):
        output_size(*wrong)


def test_parameters_of_single_layers_are_those_of_pytorch() -> None:
    for layer, expected in (
        (nn.Conv2d(7, 3, 5), convolution_parameters(7, 5, 3)),
        (nn.Linear(20, 6), dense_parameters(20, 6)),
    ):
        assert sum(parameter.numel() for parameter in layer.parameters()) == expected


@given(model_configs())
def test_shapes_are_those_that_the_network_computes(config: ModelConfig) -> None:
    outputs = random_network(config).outputs(random_batch(2))
    assert [(layer.name, layer.output) for layer in config.layers()] == [
        (name, tuple(output.shape[1:])) for name, output in outputs.items()
    ]
    before = (1, 28, 28)
    for layer in config.layers():
        assert layer.input == before
        before = layer.output


@given(model_configs())
def test_parameters_are_those_that_pytorch_allocates(config: ModelConfig) -> None:
    network = DigitCNN(config)
    modules: dict[str, nn.Module] = {"dense": network.dense, "output": network.output}
    for block in network.blocks:
        modules |= {f"conv{block.number}": block.conv, f"norm{block.number}": block.norm}
    for layer in config.layers():
        module = modules.get(layer.name)
        assert layer.parameters == (sum(each.numel() for each in module.parameters()) if module else 0)
        assert layer.kernel == (module.kernel_size[0] if isinstance(module, nn.Conv2d) else None)
    assert config.parameters == network.parameter_count


@given(model_configs())
def test_multiplications_are_those_that_pytorch_counts(config: ModelConfig) -> None:
    with FlopCounterMode(display=False) as counter, torch.inference_mode():
        DigitCNN(config).eval()(example_input())
    # PyTorch counts a multiplication and an addition for each product.
    assert 2 * sum(layer.multiplications for layer in config.layers()) == counter.get_total_flops()


def test_the_multiplications_of_the_default_network() -> None:
    assert {layer.name: layer.multiplications for layer in ModelConfig().layers() if layer.multiplications} == {
        "conv1": 194_688,
        "conv2": 2_230_272,
        "conv3": 331_776,
        "dense": 36_864,
        "output": 640,
    }


@pytest.mark.parametrize("config", [ModelConfig(), ModelConfig(filters=(2, 3), pooling="none", batch_norm=True)])
def test_the_table_is_right_for_larger_pictures(config: ModelConfig) -> None:
    network = DigitCNN(config)
    maps = torch.zeros(1, 1, 40, 52)
    for block in network.blocks:
        maps = block(maps)
    dense = nn.Linear(maps.numel(), config.dense_units)
    rest = sum(parameter.numel() for parameter in [*network.blocks.parameters(), *network.output.parameters()])
    table = {layer.name: layer for layer in layer_table(config, 40, 52)}
    assert table["flatten"].input == tuple(maps.shape[1:])
    assert table["flatten"].output == (maps.numel(),)
    assert sum(layer.parameters for layer in table.values()) == rest + sum(each.numel() for each in dense.parameters())


def test_a_dense_network_has_weights_for_each_pixel() -> None:
    table = layer_table(ModelConfig(filters=(), dense_units=10), 100, 200)
    assert sum(layer.multiplications for layer in table) == 100 * 200 * 10 + 10 * 10


@given(model_configs(fewest_layers=1), st.data())
@settings(max_examples=30)
def test_a_patch_is_where_the_gradient_is(config: ModelConfig, data: st.DataObject) -> None:
    # All weights are positive, pooling averages and the activation has no flat parts, so that no pixel is hidden.
    smooth = config.model_copy(update={"activation": "elu", "pooling": config.pooling.replace("max", "average")})
    network = random_network(smooth).double()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.copy_(parameter.abs() + 0.1)
    layer = data.draw(st.sampled_from([layer for layer in config.layers() if len(layer.output) == 3]))
    y, x = (data.draw(st.integers(0, side - 1)) for side in layer.output[1:])
    image = random_batch(1).double().requires_grad_()
    network.outputs(image)[layer.name][0, 0, y, x].backward()
    assert image.grad is not None
    rows, columns = image.grad[0, 0].nonzero().unbind(1)
    assert layer.patch(y, x) == (int(rows.min()), int(rows.max()) + 1, int(columns.min()), int(columns.max()) + 1)


@pytest.mark.parametrize(
    ("name", "field"),
    [("conv1", (3, 1)), ("pool1", (4, 2)), ("conv2", (8, 2)), ("pool2", (10, 4)), ("conv3", (18, 4))],
)
def test_receptive_fields_of_the_default_network(name: str, field: tuple[int, int]) -> None:
    assert ModelConfig().layer(name).receptive_field == ReceptiveField(*field)


def test_patches_of_the_default_network() -> None:
    config = ModelConfig()
    assert config.layer("conv1").patch(0, 25) == (0, 3, 25, 28)
    assert config.layer("pool1").patch(12, 0) == (24, 28, 0, 4)
    assert config.layer("activation2").patch(1, 2) == (2, 10, 4, 12)
    assert config.layer("activation3").patch(2, 0) == (8, 26, 0, 18)


@pytest.mark.parametrize(("name", "y", "x"), [("dense", 0, 0), ("conv9", 0, 0), ("conv1", 26, 0), ("conv1", 0, -1)])
def test_a_place_that_does_not_exist_is_refused(name: str, y: int, x: int) -> None:
    with pytest.raises(ValueError, match=name):
        ModelConfig().layer(name).patch(y, x)

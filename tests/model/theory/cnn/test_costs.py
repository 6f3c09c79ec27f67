"""The lesson's arithmetic against what PyTorch allocates and counts."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from torch.utils.flop_counter import FlopCounterMode

from model.network.cnn import DigitCNN, example_input
from model.network.config import ModelConfig
from model.network.receptive_field import receptive_field
from model.theory.cnn.costs import (
    Field,
    convolution_multiplications,
    convolution_parameters,
    costs,
    dense_parameters,
    multiplications,
)
from tests.conftest import model_configs


def counted(config: ModelConfig) -> int:
    """Multiplications of one picture, by PyTorch, which counts each product and each sum."""
    with FlopCounterMode(display=False) as counter, torch.inference_mode():
        DigitCNN(config).eval()(example_input())
    assert counter.get_total_flops() % 2 == 0
    return counter.get_total_flops() // 2


@given(model_configs())
def test_multiplications_are_those_that_pytorch_counts(config: ModelConfig) -> None:
    assert multiplications(config) == counted(config)


def test_the_default_network_multiplies_nearly_three_million_times() -> None:
    found = {cost.layer.name: cost.multiplications for cost in costs(ModelConfig()) if cost.multiplications}
    assert found == {
        "conv1": 194_688,
        "conv2": 2_230_272,
        "conv3": 331_776,
        "dense": 36_864,
        "output": 640,
    }
    assert multiplications(ModelConfig()) == sum(found.values()) == counted(ModelConfig())


@given(model_configs())
def test_parameters_are_those_that_pytorch_allocates(config: ModelConfig) -> None:
    shapes = {name: parameter.numel() for name, parameter in DigitCNN(config).named_parameters()}
    for cost in costs(config):
        layer = cost.layer
        if layer.kind == "convolution":
            assert cost.kernel is not None
            block = f"blocks.{int(layer.name.removeprefix('conv')) - 1}.conv"
            expected = shapes[f"{block}.weight"] + shapes[f"{block}.bias"]
            assert convolution_parameters(cost.incoming[0], cost.kernel, layer.output[0]) == expected
            assert layer.parameters == expected
            assert cost.multiplications == convolution_multiplications(
                cost.incoming[0], cost.kernel, layer.output[0], layer.output[1]
            )
        elif layer.kind == "dense":
            expected = shapes[f"{layer.name}.weight"] + shapes[f"{layer.name}.bias"]
            assert dense_parameters(cost.incoming[0], layer.output[0]) == expected == layer.parameters
        else:
            assert cost.kernel is None
            assert cost.multiplications == 0


@given(model_configs(fewest_layers=1))
def test_field_and_step_give_every_receptive_field(config: ModelConfig) -> None:
    for cost in costs(config):
        if cost.field is None:
            assert len(cost.layer.output) == 1
            continue
        _, height, width = cost.layer.output
        for y, x in {(0, 0), (height - 1, width - 1), (height // 2, width // 3)}:
            patch = receptive_field(config, cost.layer.name, y, x)
            assert patch.top == y * cost.field.step
            assert patch.left == x * cost.field.step
            assert patch.bottom - patch.top == patch.right - patch.left == cost.field.side


@pytest.mark.parametrize(
    ("layer", "field"),
    [
        ("conv1", Field(3, 1)),
        ("pool1", Field(4, 2)),
        ("conv2", Field(8, 2)),
        ("pool2", Field(10, 4)),
        ("conv3", Field(18, 4)),
    ],
)
def test_the_default_network_sees_more_with_every_layer(layer: str, field: Field) -> None:
    assert next(cost.field for cost in costs(ModelConfig()) if cost.layer.name == layer) == field

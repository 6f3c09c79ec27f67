"""What a network costs on larger pictures, against the table of layers and against layers that are really built."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from torch import nn

from model.network.cnn import DigitCNN
from model.network.config import ModelConfig
from model.theory.cnn.costs import multiplications
from model.theory.world.compute import seconds_per_reading, work
from tests.conftest import model_configs


@given(model_configs())
def test_for_mnists_pictures_it_is_the_table_of_layers(config: ModelConfig) -> None:
    found = work(config)
    assert found.multiplications == multiplications(config)
    assert found.parameters == config.parameters


@pytest.mark.parametrize("config", [ModelConfig(), ModelConfig(filters=(2, 3), pooling="none", batch_norm=True)])
def test_for_a_larger_picture_it_is_what_the_layers_make_of_it(config: ModelConfig) -> None:
    network = DigitCNN(config)
    maps = torch.zeros(1, 1, 40, 52)
    for block in network.blocks:
        maps = block(maps)
    dense = nn.Linear(maps.numel(), config.dense_units)
    rest = sum(parameter.numel() for parameter in [*network.blocks.parameters(), *network.output.parameters()])
    assert work(config, 40, 52).parameters == rest + sum(parameter.numel() for parameter in dense.parameters())


def test_without_convolutions_each_pixel_has_its_weights() -> None:
    config = ModelConfig(filters=(), dense_units=10)
    assert work(config, 100, 200).multiplications == 100 * 200 * 10 + 10 * 10


def test_a_reading_takes_some_time() -> None:
    assert 0 < seconds_per_reading(DigitCNN(ModelConfig(filters=(), dense_units=1)).eval()) < 1

"""The initial weights against PyTorch's own."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from model.network.cnn import DigitCNN
from model.network.config import ModelConfig
from model.network.initial_weights import make_convolution, make_dense


@pytest.mark.parametrize("seed", [0, 7])
def test_layers_have_the_weights_that_pytorch_draws_with_the_seed(seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    own = [make_convolution(3, 4, 5, generator), make_dense(6, 7, generator)]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        pytorchs = [nn.Conv2d(3, 4, 5), nn.Linear(6, 7)]
    for one, other in zip(own, pytorchs, strict=True):
        assert torch.equal(one.weight, other.weight)
        assert torch.equal(one.bias, other.bias)


def test_a_seed_gives_the_network_that_it_gave_with_the_global_generator() -> None:
    """Runs and experiments of earlier versions can be repeated."""
    network = DigitCNN(ModelConfig(filters=(4, 6), batch_norm=True), torch.Generator().manual_seed(5))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(5)
        layers = [nn.Conv2d(1, 4, 3), nn.Conv2d(4, 6, 3), nn.Linear(6 * 5 * 5, 64), nn.Linear(64, 10)]
    own = [*(block.conv for block in network.blocks), network.dense, network.output]
    for one, other in zip(own, layers, strict=True):
        assert torch.equal(one.weight, other.weight)
        assert torch.equal(one.bias, other.bias)


def test_networks_without_a_generator_are_equal_and_independent() -> None:
    one, other = DigitCNN(), DigitCNN()
    assert all(torch.equal(a, b) for a, b in zip(one.parameters(), other.parameters(), strict=True))
    with torch.no_grad():
        one.output.weight.zero_()
    assert other.output.weight.abs().sum() > 0

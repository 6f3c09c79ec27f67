"""Kernels with their batch norm folded in, against the layers themselves."""

from __future__ import annotations

import torch
from hypothesis import given, settings

from model.inspection.filters import kernels
from model.network.config import ModelConfig
from tests.conftest import model_configs
from tests.model.inspection.helpers import FULL, assert_unchanged, frozen_network, state_of
from tests.networks import random_batch


@given(model_configs())
@settings(max_examples=25)
def test_the_folded_kernel_is_the_convolution_with_its_norm(config: ModelConfig) -> None:
    network, x = frozen_network(config), random_batch(2)
    for number, block in enumerate(network.blocks):
        found = kernels(network, number)
        expected = block.conv(x) if block.norm is None else block.norm(block.conv(x))
        result = torch.nn.functional.conv2d(x, found.weights, found.bias)
        torch.testing.assert_close(result, expected, rtol=1e-4, atol=1e-4)
        torch.testing.assert_close(found.norms, found.weights.square().sum((1, 2, 3)).sqrt())
        x = block(x)


def test_kernels_are_a_copy() -> None:
    network = frozen_network(FULL)
    before = state_of(network)
    kernels(network, 0).weights.zero_()
    assert_unchanged(network, before)

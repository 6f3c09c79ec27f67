"""Layer outputs for one picture, against PyTorch's own modules on random networks."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from torch import Tensor

from model.inspection.activations import activation_maps, layer_outputs
from model.network.cnn import DigitCNN
from model.network.config import ModelConfig
from tests.conftest import model_configs
from tests.model.inspection.helpers import FULL, assert_unchanged, frozen_network, state_of
from tests.networks import random_batch


def outputs_of_modules(network: DigitCNN, x: Tensor) -> dict[str, Tensor]:
    """Every convolutional layer's output from PyTorch's own modules, one after another."""
    outputs = {}
    for number, block in enumerate(network.blocks, start=1):
        for name in ("conv", "norm", "activation", "pool"):
            module = getattr(block, name)
            if module is not None:
                x = outputs[f"{name}{number}"] = module(x)
    return outputs


@given(model_configs())
@settings(max_examples=25)
def test_layer_outputs_are_the_outputs_of_the_modules(config: ModelConfig) -> None:
    network, x = frozen_network(config), random_batch(1)
    outputs = layer_outputs(network, x[0, 0])
    assert [(name, tuple(output.shape)) for name, output in outputs.items()] == [
        (layer.name, layer.output) for layer in config.layers()
    ]
    for name, expected in outputs_of_modules(network, x).items():
        torch.testing.assert_close(outputs[name], expected[0])
    torch.testing.assert_close(outputs["output"], network(x)[0])


def test_the_network_is_not_changed() -> None:
    network = frozen_network(FULL)
    before = state_of(network)
    assert activation_maps(network, 1, random_batch(1)[0, 0]).shape == (6, 11, 11)
    assert_unchanged(network, before)


def test_another_picture_size_and_training_mode_are_refused() -> None:
    network = frozen_network(FULL)
    with pytest.raises(ValueError, match="28x28"):
        layer_outputs(network, torch.zeros(1, 28, 28))
    with pytest.raises(ValueError, match="evaluation mode"):
        layer_outputs(network.train(), torch.zeros(28, 28))

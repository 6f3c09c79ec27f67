"""Shared by the tests of inspection: pictures, networks, and a check that an inspection changes nothing."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from model.data.preprocess import Float
from model.network.cnn import DigitCNN
from model.network.config import ModelConfig
from tests.networks import random_network

FULL = ModelConfig(filters=(4, 6), dense_units=8, dropout=0.5, batch_norm=True, activation="tanh", pooling="average")
"""A network with every kind of layer."""


def frozen_network(config: ModelConfig, seed: int = 0) -> DigitCNN:
    """A random network in evaluation mode whose weights a test may set."""
    return random_network(config, seed).requires_grad_(False)


def random_image(seed: int = 0) -> Float:
    """float32 (28, 28) in [0, 1]: smooth blobs with black around them, like a digit."""
    noise = torch.randn(1, 1, 7, 7, generator=torch.Generator().manual_seed(seed))
    image = F.interpolate(noise, (28, 28), mode="bicubic").clamp(0, 1)
    return image[0, 0].numpy()


def as_batch(image: Float) -> Tensor:
    """float32 (28, 28) -> (1, 1, 28, 28)."""
    return torch.from_numpy(image)[None, None]


def state_of(network: DigitCNN) -> list[Any]:
    """Everything about a network that an inspection could change."""
    state: list[Any] = [(name, tensor.clone(), tensor.stride()) for name, tensor in network.state_dict().items()]
    for name, module in network.named_modules():
        hooks = {key: dict(value) for key, value in vars(module).items() if key.endswith("_hooks")}
        assert len(hooks) >= 4
        state.append((name, module.training, hooks))
    state.extend(
        (name, each.requires_grad, each.grad, each.is_inference()) for name, each in network.named_parameters()
    )
    return state


def assert_unchanged(network: DigitCNN, before: list[Any]) -> None:
    """The network is as it was when `state_of` made `before`, and no mode was left on in this thread."""
    assert not torch.is_inference_mode_enabled()
    assert torch.is_grad_enabled()
    for old, new in zip(before, state_of(network), strict=True):
        assert old[0] == new[0]
        if isinstance(old[1], Tensor):
            assert torch.equal(old[1], new[1]), old[0]
            assert old[2] == new[2], old[0]
        else:
            assert old[1:] == new[1:], old[0]

"""Layers with initial weights from a local random generator.

PyTorch's layers draw their weights from the global generator, which all threads of a process share. These functions
draw the same numbers in the same order, but from the generator that they are given. The layers are made on the device
"meta" first, where PyTorch draws nothing.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn


def make_convolution(channels: int, filters: int, kernel: int, generator: torch.Generator) -> nn.Conv2d:
    """A convolution without padding, with PyTorch's initial weights. Sizes are counts, `kernel` is a side in pixels."""
    layer = nn.Conv2d(channels, filters, kernel, device="meta").to_empty(device=torch.get_default_device())
    _fill(layer.weight, layer.bias, generator)
    return layer


def make_dense(features: int, units: int, generator: torch.Generator) -> nn.Linear:
    """A dense layer with PyTorch's initial weights."""
    layer = nn.Linear(features, units, device="meta").to_empty(device=torch.get_default_device())
    _fill(layer.weight, layer.bias, generator)
    return layer


def _fill(weight: Tensor, bias: Tensor | None, generator: torch.Generator) -> None:
    """Fill weight and bias as `reset_parameters` of `nn.Conv2d` and `nn.Linear` does (PyTorch 2.15)."""
    assert bias is not None  # noqa: S101 - both kinds of layer are made with a bias
    nn.init.kaiming_uniform_(weight, a=math.sqrt(5), generator=generator)
    bound = 1 / math.sqrt(weight[0].numel())
    nn.init.uniform_(bias, -bound, bound, generator=generator)

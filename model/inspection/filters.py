"""The filters of a block: their kernels, biases and norms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor
from torch.nn.utils.fusion import fuse_conv_bn_weights

from model.network.cnn import ConvBlock, DigitCNN


@dataclass(frozen=True)
class Kernels:
    """weights: float32 (filters, channels, k, k). bias: float32 (filters,). norms: float32 (filters,), Euclidean."""

    weights: Tensor
    bias: Tensor
    norms: Tensor


def blocks_of(network: DigitCNN) -> list[ConvBlock]:
    """The convolutional blocks, in order."""
    return [cast("ConvBlock", block) for block in network.blocks]


@torch.no_grad()
def kernels(network: DigitCNN, block: int) -> Kernels:
    """A copy of the block's kernels. Blocks count from 0.

    Batch normalisation, where there is one, is folded in: it multiplies each filter's output by a constant of its own.
    Without that factor, the norms and the pictures of two filters could not be compared.
    """
    part = blocks_of(network)[block]
    conv, norm = part.conv, part.norm
    assert conv.bias is not None  # noqa: S101 - DigitCNN's convolutions have one
    weights, bias = conv.weight.detach().clone(), conv.bias.detach().clone()
    if norm is not None:
        assert norm.running_mean is not None  # noqa: S101
        assert norm.running_var is not None  # noqa: S101
        folded = fuse_conv_bn_weights(
            weights, bias, norm.running_mean, norm.running_var, norm.eps, norm.weight, norm.bias
        )
        weights, bias = (each.detach() for each in folded)
    return Kernels(weights, bias, weights.flatten(1).norm(dim=1))

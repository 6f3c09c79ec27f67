"""A convolutional layer channel by channel: how the input channels add up to the output channels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from model.network.initial_weights import make_convolution
from model.theory.convolution.kernels import KERNELS, SIZES, kernel, slide

SEED = 3
"""Seed of the initial weights."""


@dataclass(frozen=True)
class ChannelSums:
    """The sums of a convolution, channel by channel; float32.

    inputs: (c_in, H, W). weights: (c_out, c_in, k, k). bias: (c_out,). parts: (shown, c_in, H', W'), what each input
    channel adds to each of the first output channels. outputs: (shown, H', W'), the sums of the parts and the bias.
    """

    inputs: Tensor
    weights: Tensor
    bias: Tensor
    parts: Tensor
    outputs: Tensor

    @property
    def parameters(self) -> int:
        """The number of weights and biases."""
        return self.weights.numel() + self.bias.numel()


@torch.no_grad()
def untrained_layer(
    image: NDArray[np.floating[Any]], kernel_size: int, channels_in: int, channels_out: int, shown: int
) -> ChannelSums:
    """A convolution with PyTorch's initial weights, on a picture (H, W); the same arguments give the same layer.

    With one input channel the input is the picture. With several, the input channels are the results of KERNELS on the
    picture without the identity, in their order and repeated as needed; zero padding keeps their size. Of the output
    channels only the first `shown` are computed.
    """
    layer = make_convolution(channels_in, channels_out, kernel_size, torch.Generator().manual_seed(SEED))
    assert layer.bias is not None  # noqa: S101 - `make_convolution` makes it with one
    weights, bias = layer.weight.detach(), layer.bias.detach()
    names = [name for name in KERNELS if name != "identity"]
    maps = [slide(image, kernel(name, SIZES[0]), padding=SIZES[0] // 2) for name in names[:channels_in]]
    several = np.stack([maps[at % len(maps)] for at in range(channels_in)]) if channels_in > 1 else image[None]
    inputs = torch.from_numpy(several.astype(np.float32))
    parts = channel_parts(inputs, weights[:shown])
    return ChannelSums(inputs, weights, bias, parts, F.conv2d(inputs, weights[:shown], bias[:shown]))


@torch.no_grad()
def channel_parts(inputs: Tensor, weights: Tensor) -> Tensor:
    """(filters, c_in, H', W'): what each input channel adds to each filter's output, before the bias.

    inputs: (c_in, H, W). weights: (filters, c_in, k, k).
    """
    filters, channels, *kernel_shape = weights.shape
    separate = weights.transpose(0, 1).reshape(channels * filters, 1, *kernel_shape)
    parts = F.conv2d(inputs, separate, groups=channels)  # a group for each input channel
    return parts.reshape(channels, filters, *parts.shape[1:]).transpose(0, 1)

"""One filter of a trained network on a picture, through one of its input channels."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from model.inspection.activations import activation_name, layer_outputs
from model.inspection.filters import kernels
from model.network.cnn import DigitCNN
from model.theory.convolution.channels import channel_parts


@dataclass(frozen=True)
class LearnedFilter:
    """One filter of a network on one picture, through one of its input channels; float32.

    source: (H, W), the input channel. kernel: (k, k), the filter's kernel for that channel. bias: the filter's bias.
    others: (H', W'), what the other input channels add; None if there are none. output: (H', W'), the sum of all
    channels and the bias, before the activation. Batch normalisation is folded into kernel and bias.
    """

    source: Tensor
    kernel: Tensor
    bias: float
    others: Tensor | None
    output: Tensor


@torch.inference_mode()
def learned_filter(network: DigitCNN, block: int, channel: int, source: int, image: Tensor) -> LearnedFilter:
    """Filter `channel` of a block, all counted from 0, on float32 (28, 28). Raises ValueError as `layer_outputs`."""
    outputs = layer_outputs(network, image)
    before = f"pool{block}" if f"pool{block}" in outputs else activation_name(block - 1)
    inputs = outputs[before] if block else image[None]
    own = kernels(network, block)
    weights, bias = own.weights[channel : channel + 1], own.bias[channel]
    output = F.conv2d(inputs, weights, bias[None])[0]
    parts = channel_parts(inputs, weights)[0]
    others = parts.sum(0) - parts[source] if len(inputs) > 1 else None
    return LearnedFilter(inputs[source], weights[0, source], float(bias), others, output)

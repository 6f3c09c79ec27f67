"""Convolution, from two curves to a layer of a network: what the lesson shows, each with the source of its formula.

Pictures are convolved by PyTorch, as in the network; the loops that a student sees in the browser must come to the
same numbers.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from model.inspection.activations import activation_name, layer_outputs
from model.inspection.filters import kernels
from model.network.cnn import DigitCNN

Floats = NDArray[np.float64]

# --- One dimension ----------------------------------------------------------------------------------------------------

REACH = 5.0
"""The curves are looked at from -REACH to REACH, and are zero elsewhere."""

TRAVEL = 4.0
"""How far the flipped curve slides to either side."""

STEP = 0.02
"""The distance of two samples of a curve; every jump of a curve lies between two."""


def _tent(tau: Floats, middle: float, half: float) -> Floats:
    """A triangle of height 1 and width 2 half."""
    return cast("Floats", np.maximum(0, 1 - np.abs(tau - middle) / half))


CURVES: dict[str, Callable[[Floats], Floats]] = {
    "box": lambda tau: np.where(np.abs(tau) < 0.5, 1.0, 0.0),
    "triangle": lambda tau: _tent(tau, 0, 1),
    "gaussian": lambda tau: np.exp(-np.pi * tau**2),
    "decay": lambda tau: np.where(tau > 0, np.exp(-np.maximum(tau, 0)), 0.0),
    "sine": lambda tau: np.where(np.abs(tau) < 1, np.sin(np.pi * tau), 0.0),
    "spikes": lambda tau: 2 * (_tent(tau, -1, 0.25) + _tent(tau, 1, 0.25)),
}
"""Curves by name. The area below each is 1, but for the sine, whose halves cancel to 0, and the decay, whose end beyond
REACH is cut off."""


def samples() -> Floats:
    """float64 (n,): where curves are sampled, in the middle of every STEP, so that no jump meets a sample."""
    count = round(2 * REACH / STEP)
    return cast("Floats", (np.arange(count) + 0.5) * STEP - REACH)


def shifts() -> Floats:
    """float64 (m,): every t that the sliding curve comes to, from -TRAVEL to TRAVEL."""
    count = round(TRAVEL / STEP)
    return cast("Floats", np.arange(-count, count + 1) * STEP)


def curve(name: str) -> Floats:
    """float64 (n,): samples of a curve of CURVES. Raises KeyError for another name."""
    return CURVES[name](samples())


def convolve(f: Floats, g: Floats) -> Floats:
    """float64 (m,): (f*g)(t) at every t of `shifts`, for curves sampled at `samples`.

    The integral of f(tau) g(t - tau) by the midpoint rule: numpy's discrete convolution times the step. Raises
    ValueError for samples at other places.
    """
    count = len(samples())
    if not len(f) == len(g) == count:
        raise ValueError(f"A curve has {count} samples, these have {len(f)} and {len(g)}.")
    whole = np.convolve(f, g) * STEP  # the middle is t = 0
    travel = round(TRAVEL / STEP)
    return whole[count - 1 - travel : count + travel]


# --- Pictures ---------------------------------------------------------------------------------------------------------

SIZES = (3, 5)
"""Sides of the kernels that can be edited."""


def _across(size: int) -> Floats:
    return np.tile(np.arange(size) - (size - 1) / 2, (size, 1))


def _middle(size: int) -> Floats:
    kernel = np.zeros((size, size))
    kernel[size // 2, size // 2] = 1
    return kernel


def _laplacian(size: int) -> Floats:
    """The usual one for 3x3; for 5x5 the usual approximation of a Laplacian of a Gaussian."""
    distance = np.abs(_across(size)) + np.abs(_across(size).T)
    around = np.maximum(0, size // 2 + 1 - distance) * (distance > 0)
    return cast("Floats", around - around.sum() * _middle(size))


def _binomial(size: int) -> Floats:
    """Rows of Pascal's triangle, the nearest whole numbers to a Gaussian."""
    row = np.array([1.0])
    while len(row) < size:
        row = np.convolve(row, [1, 1])
    return cast("Floats", np.outer(row, row) / row.sum() ** 2)


KERNELS: dict[str, Callable[[int], Floats]] = {
    "identity": _middle,
    "vertical": _across,
    "horizontal": lambda size: _across(size).T,
    "rising": lambda size: _across(size) + _across(size).T,
    "falling": lambda size: _across(size) - _across(size).T,
    "mean": lambda size: np.full((size, size), 1 / size**2),
    "blur": _binomial,
    "sharpen": lambda size: _middle(size) - _laplacian(size),
    "emboss": lambda size: _across(size) + _across(size).T + _middle(size),
    "laplacian": _laplacian,
}
"""Kernels by name, for each odd size from 3 on; the edges are Prewitt's (1970), in four directions."""


def kernel(name: str, size: int) -> Floats:
    """float64 (size, size): a kernel of KERNELS. Raises KeyError for another name."""
    return KERNELS[name](size)


def kernel_name(numbers: Floats) -> str | None:
    """Which of KERNELS these numbers are; None for a kernel of one's own."""
    found = (name for name, make in KERNELS.items() if np.allclose(make(len(numbers)), numbers, atol=1e-12))
    return next(found, None)


def flip(numbers: Floats) -> Floats:
    """Turned by half a turn: rows and columns in reverse order, as convolution in mathematics wants it."""
    return numbers[::-1, ::-1].copy()


Symmetry = Literal["same", "opposite", "other"]


def symmetry(numbers: Floats) -> Symmetry:
    """What flipping does to a kernel, and so to its answers: nothing, other signs, or another kernel.

    A kernel of zeros is the same.
    """
    if np.allclose(numbers, flip(numbers)):
        return "same"
    return "opposite" if np.allclose(numbers, -flip(numbers)) else "other"


def total(numbers: Floats) -> float:
    """The sum of a kernel, which is its answer where all pixels are 1; what is left of rounding counts as nothing."""
    found = float(numbers.sum())
    return found if abs(found) > 1e-9 * float(np.abs(numbers).sum()) else 0.0


def output_size(size: int, kernel_size: int, stride: int, padding: int) -> int:
    """How many places a kernel has on one axis: floor((n + 2p - k) / s) + 1.

    Raises ValueError for sizes and strides below 1, a negative padding, and a kernel that does not fit.
    """
    if min(size, kernel_size, stride) < 1 or padding < 0:
        raise ValueError("Sizes and stride are at least 1, and padding is at least 0.")
    if kernel_size > size + 2 * padding:
        raise ValueError(f"A kernel of {kernel_size} does not fit into {size} + 2 x {padding}.")
    return (size + 2 * padding - kernel_size) // stride + 1


def slide(image: NDArray[np.floating[Any]], numbers: Floats, stride: int = 1, padding: int = 0) -> Floats:
    """float64 (H', W'): the sum of products at every place of a kernel (k, k) on a picture (H, W).

    Cross-correlation, as deep learning has it; `flip` the kernel for a convolution. Around the picture are `padding`
    rows and columns of zeros. Sizes as `output_size` says, which also raises its ValueError.
    """
    for size, side in zip(image.shape, numbers.shape, strict=True):
        output_size(size, side, stride, padding)
    x, weight = torch.from_numpy(image.astype(np.float64)), torch.from_numpy(numbers.astype(np.float64))
    return cast("Floats", F.conv2d(x[None, None], weight[None, None], stride=stride, padding=padding)[0, 0].numpy())


# --- Channels ---------------------------------------------------------------------------------------------------------


SEED = 3
"""Of the layer before training that the lesson shows."""


def parameter_count(kernel_size: int, channels_in: int, channels_out: int) -> int:
    """(k k c_in + 1) c_out: for each filter a kernel of k x k for every input channel, and one bias."""
    return (kernel_size**2 * channels_in + 1) * channels_out


@dataclass(frozen=True)
class ChannelSums:
    """A convolutional layer at work, channel by channel; float32.

    inputs: (c_in, H, W). weights: (c_out, c_in, k, k). bias: (c_out,). parts: (shown, c_in, H', W'), each input
    channel's contribution to the first output channels. outputs: (shown, H', W'), the layer's own, bias included.
    """

    inputs: Tensor
    weights: Tensor
    bias: Tensor
    parts: Tensor
    outputs: Tensor

    @property
    def parameters(self) -> int:
        """As PyTorch counts them."""
        return self.weights.numel() + self.bias.numel()


@torch.no_grad()
def fresh_layer(
    image: NDArray[np.floating[Any]], size: int, channels_in: int, channels_out: int, shown: int
) -> ChannelSums:
    """A layer as PyTorch sets it up before training, on float (H, W); the same one for the same arguments.

    One input channel is the picture itself; several are what KERNELS make of it, padded so that its size stays, in
    their order after the identity and over again. parts and outputs: of the first `shown` output channels.
    """
    weights, bias = _fresh(size, channels_in, channels_out, torch.Generator().manual_seed(SEED))
    names = [name for name in KERNELS if name != "identity"]
    maps = [slide(image, kernel(name, SIZES[0]), padding=SIZES[0] // 2) for name in names[:channels_in]]
    several = np.stack([maps[at % len(maps)] for at in range(channels_in)]) if channels_in > 1 else image[None]
    inputs = torch.from_numpy(several.astype(np.float32))
    parts = channel_parts(inputs, weights[:shown])
    return ChannelSums(inputs, weights, bias, parts, F.conv2d(inputs, weights[:shown], bias[:shown]))


def _fresh(size: int, channels_in: int, channels_out: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Weights and bias as `nn.Conv2d.reset_parameters` draws them, from a generator of its own."""
    bound = 1 / math.sqrt(channels_in * size**2)
    weights, bias = torch.empty(channels_out, channels_in, size, size), torch.empty(channels_out)
    nn.init.kaiming_uniform_(weights, a=math.sqrt(5), generator=generator)
    nn.init.uniform_(bias, -bound, bound, generator=generator)
    return weights, bias


@torch.no_grad()
def channel_parts(inputs: Tensor, weights: Tensor) -> Tensor:
    """(filters, c_in, H', W'): what each input channel (c_in, H, W) adds to each filter (filters, c_in, k, k)."""
    filters, channels, side, side_ = weights.shape
    spread = weights.transpose(0, 1).reshape(channels * filters, 1, side, side_)  # each channel on its own
    parts = F.conv2d(inputs, spread, groups=channels)
    return parts.reshape(channels, filters, *parts.shape[1:]).transpose(0, 1)


# --- What a network has learned ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LearnedFilter:
    """One filter of a network on one picture, through one of its input channels; float32.

    source: (H, W), the input channel. kernel: (k, k), its slice for that channel. bias: its own. others: (H', W'), what
    the other input channels add; None where there are none. output: (H', W'), slice, others and bias together, which
    then goes into the activation. Batch normalisation is folded in, as `model.inspection.filters.kernels` does it.
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

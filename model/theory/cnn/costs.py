"""What each layer of a network costs and sees: where its parameters and multiplications come from, worked out."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import prod

from model.network.config import ModelConfig
from model.network.layers import IMAGE_SIZE, Layer, Shape
from model.network.receptive_field import receptive_field


@dataclass(frozen=True)
class Field:
    """Which pixels reach one number of a map. side: of the square, in pixels; step: from one number's to the next's."""

    side: int
    step: int


@dataclass(frozen=True)
class Cost:
    """One layer. incoming: the shape that reaches it. kernel: its side, None where it has no kernels.

    multiplications: for one picture. field: None where every number sees the whole picture.
    """

    layer: Layer
    incoming: Shape
    kernel: int | None
    multiplications: int
    field: Field | None


def convolution_parameters(channels: int, kernel: int, filters: int) -> int:
    """A kernel for each incoming map and one bias, in each filter: (channels x kernel² + 1) x filters."""
    return (channels * kernel**2 + 1) * filters


def convolution_multiplications(channels: int, kernel: int, filters: int, side: int) -> int:
    """Each number of each map takes channels x kernel² products; side: of the map that comes out."""
    return channels * kernel**2 * filters * side**2


def dense_parameters(features: int, units: int) -> int:
    """A weight for each incoming number and one bias, in each unit: (features + 1) x units."""
    return (features + 1) * units


def costs(config: ModelConfig) -> list[Cost]:
    """Every layer of `config.layers()`, in that order.

    Multiplications are those of convolutions and dense layers, as PyTorch's FlopCounterMode counts them (two operations
    each); those of batch norm, activations and average pooling are few beside them, and left out.
    """
    table = config.layers()
    kernels = iter(config.kernel_size)
    found = []
    for before, layer in pairwise([Layer("input", "flatten", (1, IMAGE_SIZE, IMAGE_SIZE)), *table]):
        kernel, multiplications = None, 0
        if layer.kind == "convolution":
            kernel = next(kernels)
            filters, side, _ = layer.output
            multiplications = convolution_multiplications(before.output[0], kernel, filters, side)
        elif layer.kind == "dense":
            multiplications = prod(before.output) * layer.output[0]
        found.append(Cost(layer, before.output, kernel, multiplications, field_of(config, layer)))
    return found


def field_of(config: ModelConfig, layer: Layer) -> Field | None:
    """The receptive field of the numbers of a feature map, None for other layers. See `receptive_field`.

    The step of a map of a single number is 0.
    """
    if len(layer.output) != 3:
        return None
    first = receptive_field(config, layer.name, 0, 0)
    second = receptive_field(config, layer.name, 0, 1) if layer.output[2] > 1 else first
    return Field(first.right - first.left, second.left - first.left)


def multiplications(config: ModelConfig) -> int:
    """Of the whole network, for one picture."""
    return sum(cost.multiplications for cost in costs(config))

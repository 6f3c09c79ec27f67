"""Receptive fields: which pixels of the picture reach a number of a feature map."""

from __future__ import annotations

from typing import NamedTuple

from model.network.config import ModelConfig
from model.network.layers import POOL_SIZE, Layer


class Patch(NamedTuple):
    """A rectangle of the input in pixels, ends exclusive."""

    top: int
    bottom: int
    left: int
    right: int


def receptive_field(config: ModelConfig, layer: str, y: int, x: int) -> Patch:
    """The pixels that can reach the number in row y, column x of a feature map.

    `layer` is a convolution, batch norm, activation or pooling of `config.layers()`. Going back, an unpadded
    convolution of kernel k adds k - 1 rows and columns, and a pooling of stride 2 doubles them. Raises ValueError for
    another layer and for a place outside its map.
    """
    table = config.layers()
    names = [each.name for each in table]
    index = names.index(layer) if layer in names else -1
    if index < 0 or len(table[index].output) != 3:
        raise ValueError(f"{layer} is no feature map of this network.")
    _, height, width = table[index].output
    if not (0 <= y < height and 0 <= x < width):
        raise ValueError(f"({y}, {x}) lies outside the {height}x{width} map of {layer}.")
    top, bottom = _reach(table[: index + 1], config, y)
    left, right = _reach(table[: index + 1], config, x)
    return Patch(top, bottom, left, right)


def _reach(layers: list[Layer], config: ModelConfig, at: int) -> tuple[int, int]:
    """First and last + 1 pixel along one axis."""
    first, end = at, at + 1
    for layer in reversed(layers):
        if layer.kind == "pooling":
            first, end = first * POOL_SIZE, end * POOL_SIZE
        elif layer.kind == "convolution":
            end += config.kernel_size[int(layer.name.removeprefix("conv")) - 1] - 1
    return first, end

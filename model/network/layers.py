"""The table of layers of a network: shapes, parameters and receptive fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

CLASSES = 10
"""The digits 0 to 9."""


IMAGE_SIZE = 28
"""Height and width, in pixels, of the picture that the network sees."""


POOL_SIZE = 2
"""Window and stride of every pooling layer."""


POOLED_LAYERS = 2
"""A pooling layer follows each of the first two convolutions, so that four 3x3 layers still fit into 28x28."""


Shape = tuple[int, ...]


@dataclass(frozen=True)
class Layer:
    """One row of the network's table. Shapes are without the batch: (channels, height, width) or (features,)."""

    name: str
    kind: Literal["convolution", "batch norm", "activation", "pooling", "flatten", "dropout", "dense"]
    output: Shape
    parameters: int = 0

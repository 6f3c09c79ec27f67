"""The network: a small Keras-style CNN for 28x28 grey digits."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn

from model.network.config import Activation, ModelConfig
from model.network.layers import CLASSES, IMAGE_SIZE, POOL_SIZE, POOLED_LAYERS

ACTIVATIONS: dict[Activation, Callable[[], nn.Module]] = {
    "relu": nn.ReLU,
    "leaky_relu": nn.LeakyReLU,
    "elu": nn.ELU,
    "gelu": nn.GELU,
    "silu": nn.SiLU,
    "mish": nn.Mish,
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
}
"""Makes the layer of each activation function, by its name in the settings."""

_MONOTONE: frozenset[Activation] = frozenset({"relu", "leaky_relu", "elu", "sigmoid", "tanh"})


class ConvBlock(nn.Module):
    """Convolution without padding, batch normalisation, activation, pooling; norm and pooling may be absent.

    float32 (N, C, H, W) -> (N, filters, H', W'), the sizes as in `ModelConfig.layers`.
    """

    def __init__(self, number: int, channels: int, config: ModelConfig) -> None:
        super().__init__()
        self.number = number
        filters = config.filters[number - 1]
        self.conv = nn.Conv2d(channels, filters, config.kernel_size[number - 1])
        self.norm = nn.BatchNorm2d(filters) if config.batch_norm else None
        self.activation = ACTIVATIONS[config.activation]()
        self.pool: nn.Module | None = None
        if config.pooling != "none" and number <= POOLED_LAYERS:
            self.pool = nn.MaxPool2d(POOL_SIZE) if config.pooling == "max" else nn.AvgPool2d(POOL_SIZE)
        layers = [self.norm, self.activation, self.pool]
        if config.pooling == "max" and config.activation in _MONOTONE:
            # The largest of four values stays the largest through a rising function, so pooling first gives the very
            # same numbers and gradients for a quarter of the activation's work: 14 % of a training step.
            layers = [self.norm, self.pool, self.activation]
        self._after_conv = tuple(layer for layer in layers if layer is not None)

    def forward(self, x: Tensor) -> Tensor:
        """The block's output."""
        x = self.conv(x)
        for layer in self._after_conv:
            x = layer(x)
        return x

    def stages(self, x: Tensor) -> Iterator[tuple[str, Tensor]]:
        """Each layer's output in the order in which the lesson tells it: conv, norm, activation, pool."""
        for name in ("conv", "norm", "activation", "pool"):
            layer = getattr(self, name)
            if layer is not None:
                x = layer(x)
                yield f"{name}{self.number}", x


class DigitCNN(nn.Module):
    """float32 (N, 1, 28, 28) in [0, 1] -> logits (N, 10).

    At the defaults of ModelConfig: conv 32 3x3, ReLU, max-pool 2, conv 64 3x3, ReLU, max-pool 2, conv 64 3x3, ReLU,
    flatten 576, dense 64, ReLU, dense 10: 93,322 parameters.
    """

    def __init__(self, config: ModelConfig | None = None) -> None:
        super().__init__()
        self.config = config or ModelConfig()
        channels = (1, *self.config.filters)
        self.blocks = nn.ModuleList(
            ConvBlock(number, channels[number - 1], self.config) for number in range(1, len(channels))
        )
        features = next(layer.output[0] for layer in self.config.layers() if layer.kind == "flatten")
        self.dropout = nn.Dropout(self.config.dropout)
        self.dense = nn.Linear(features, self.config.dense_units)
        self.activation = ACTIVATIONS[self.config.activation]()
        self.output = nn.Linear(self.config.dense_units, CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        """Logits for a batch."""
        for block in self.blocks:
            x = block(x)  # (N, 32, 13, 13), (N, 64, 5, 5), (N, 64, 3, 3)
        x = self.activation(self.dense(self.dropout(x.flatten(1))))  # (N, 576) -> (N, 64)
        return self.output(self.dropout(x))  # type: ignore[no-any-return]  # (N, 10)

    def stages(self, x: Tensor) -> Iterator[tuple[str, Tensor]]:
        """Every layer's output by its name in `ModelConfig.layers`, in that order; the last is the logits."""
        for block in self.blocks:
            assert isinstance(block, ConvBlock)
            for name, output in block.stages(x):
                yield name, output
                x = output
        x = x.flatten(1)
        yield "flatten", x
        for name, layer in (("dense", self.dense), ("output", self.output)):
            if self.config.dropout:
                x = self.dropout(x)
                yield f"{name}_dropout", x
            x = layer(x)
            yield name, x
            if name == "dense":
                x = self.activation(x)
                yield "dense_activation", x

    @property
    def parameter_count(self) -> int:
        """Numbers that training sets, whether or not they ask for gradients now."""
        return sum(parameter.numel() for parameter in self.parameters())


def example_input(count: int = 1) -> Tensor:
    """A blank batch of the shape that the network takes: float32 (count, 1, 28, 28)."""
    return torch.zeros(count, 1, IMAGE_SIZE, IMAGE_SIZE)

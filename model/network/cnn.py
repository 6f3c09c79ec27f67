"""The network: a small Keras-style CNN for 28x28 grey digits."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import torch
from torch import Tensor, nn

from model.network.activations import ACTIVATIONS
from model.network.config import ModelConfig
from model.network.dropout import Dropout
from model.network.initial_weights import make_convolution, make_dense
from model.network.layers import CLASSES, IMAGE_SIZE, POOL_SIZE, POOLED_LAYERS


class ConvBlock(nn.Module):
    """Convolution without padding, batch normalisation, activation, pooling; norm and pooling may be absent.

    float32 (N, C, H, W) -> (N, filters, H', W'), the sizes as in `ModelConfig.layers`.
    """

    def __init__(self, number: int, channels: int, config: ModelConfig, generator: torch.Generator) -> None:
        super().__init__()
        self.number = number
        filters = config.filters[number - 1]
        activation = ACTIVATIONS[config.activation]
        self.conv = make_convolution(channels, filters, config.kernel_size[number - 1], generator)
        self.norm = nn.BatchNorm2d(filters) if config.batch_norm else None
        self.activation = activation.layer()
        self.pool: nn.Module | None = None
        if config.pooling != "none" and number <= POOLED_LAYERS:
            self.pool = nn.MaxPool2d(POOL_SIZE) if config.pooling == "max" else nn.AvgPool2d(POOL_SIZE)
        layers = [self.norm, self.activation, self.pool]
        if config.pooling == "max" and activation.monotone:
            # The largest of four values stays the largest after a monotone function. So pooling first gives the same
            # numbers and gradients with a quarter of the activation's work, which saves 14 % of a training step.
            layers = [self.norm, self.pool, self.activation]
        self._after_conv = tuple(layer for layer in layers if layer is not None)

    def forward(self, x: Tensor) -> Tensor:
        """The block's output."""
        x = self.conv(x)
        for layer in self._after_conv:
            x = layer(x)
        return x

    def named_outputs(self, x: Tensor) -> Iterator[tuple[str, Tensor]]:
        """The name and output of each layer in the order of the table: conv, norm, activation, pool."""
        for name in ("conv", "norm", "activation", "pool"):
            layer = getattr(self, name)
            if layer is not None:
                x = layer(x)
                yield f"{name}{self.number}", x


class DigitCNN(nn.Module):
    """float32 (N, 1, 28, 28) in [0, 1] -> logits (N, 10).

    At the defaults of ModelConfig: conv 32 3x3, ReLU, max-pool 2, conv 64 3x3, ReLU, max-pool 2, conv 64 3x3, ReLU,
    flatten 576, dense 64, ReLU, dense 10: 93,322 parameters.

    generator: draws the initial weights, and then the random numbers of dropout; on the CPU. None stands for a new one
    with seed 0, so two such networks have the same weights.
    """

    def __init__(self, config: ModelConfig | None = None, generator: torch.Generator | None = None) -> None:
        super().__init__()
        self.config = config or ModelConfig()
        generator = generator or torch.Generator("cpu").manual_seed(0)
        channels = (1, *self.config.filters)
        self.blocks = nn.ModuleList(
            ConvBlock(number, channels[number - 1], self.config, generator) for number in range(1, len(channels))
        )
        (features,) = self.config.layer("flatten").output
        self.dropout = Dropout(self.config.dropout, generator)
        self.dense = make_dense(features, self.config.dense_units, generator)
        self.activation = ACTIVATIONS[self.config.activation].layer()
        self.output = make_dense(self.config.dense_units, CLASSES, generator)

    def forward(self, x: Tensor) -> Tensor:
        """Logits for a batch."""
        return self.classify(self.features(x))

    def features(self, x: Tensor, start: int = 0) -> Tensor:
        """float32 (N, dense_units): the output of the hidden dense layer after its activation.

        x: the input of block `start`, counted from 0: for 0 a batch of pictures, for block k the output of block k - 1.
        A `start` equal to the number of blocks runs the dense layer only.
        """
        for block in islice(self.blocks, start, None):
            x = block(x)  # (N, 32, 13, 13), (N, 64, 5, 5), (N, 64, 3, 3)
        return self.activation(self.dense(self.dropout(x.flatten(1))))  # type: ignore[no-any-return]  # (N, 576)

    def classify(self, features: Tensor) -> Tensor:
        """Hidden features as from `features`, float32 (N, dense_units), -> logits (N, 10)."""
        return self.output(self.dropout(features))  # type: ignore[no-any-return]

    def from_block(self, x: Tensor, start: int) -> Tensor:
        """Logits (N, 10) for the input of block `start`, see `features`."""
        return self.classify(self.features(x, start))

    def named_outputs(self, x: Tensor) -> Iterator[tuple[str, Tensor]]:
        """The name and output of every layer, as named and ordered in `ModelConfig.layers`; the last is the logits."""
        for block in self.blocks:
            assert isinstance(block, ConvBlock)
            for name, output in block.named_outputs(x):
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

    def outputs(self, x: Tensor) -> dict[str, Tensor]:
        """The output of every layer by its name in `ModelConfig.layers`, in that order, each with the batch first."""
        return dict(self.named_outputs(x))

    @property
    def parameter_count(self) -> int:
        """The number of parameters, frozen ones included."""
        return sum(parameter.numel() for parameter in self.parameters())


def example_input(count: int = 1) -> Tensor:
    """A blank batch of the shape that the network takes: float32 (count, 1, 28, 28)."""
    return torch.zeros(count, 1, IMAGE_SIZE, IMAGE_SIZE)

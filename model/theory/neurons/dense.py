"""A small dense network to look into: one hidden layer, really trained, on the digits that need no network connection.

It is the DigitCNN without convolutions, trained by `model.training.loop`, in about a second.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import torch
from torch import Tensor

from model.data.datasets import DataSet, ImageSet, to_float
from model.inspection.activations import layer_outputs
from model.network.cnn import DigitCNN
from model.network.config import ModelConfig
from model.network.layers import IMAGE_SIZE
from model.network.train_config import TrainConfig
from model.theory.neurons.neuron import Neuron, neuron
from model.training.events import EpochEnd, Finished
from model.training.loop import train

UNITS = (4, 8, 16, 32)
"""Sizes of the hidden layer to choose from."""

TRAINING = TrainConfig(
    data="digits",
    epochs=15,
    batch_size=32,
    optimizer="sgd",
    learning_rate=0.03,
    schedule="one-cycle",
    weight_decay=3e-3,
    averaging=0.9,
    label_smoothing=0.0,
    device="cpu",
    rotation=8,
    scale=0.1,
    aspect=0.3,
    shear=10,
    thickness=1.5,
    shift=0,
    elastic=0,
)
"""Plain SGD moves a weight only where there is ink, so that the pictures of the weights are smooth. The variations are
those between the narrow, thin digits of the set and what people draw with a thick pen."""


@dataclass(frozen=True)
class Dense:
    """The trained network, in evaluation mode. accuracy: share of the `tested` test pictures that it reads rightly.

    training: the pictures that it has learned from, those held out included.
    """

    network: DigitCNN
    accuracy: float
    tested: int
    training: ImageSet

    @property
    def units(self) -> int:
        """Units of the hidden layer."""
        return self.network.config.dense_units

    @property
    def weight_pictures(self) -> Tensor:
        """float32 (units, 28, 28): the weights of each hidden unit, where their pixels are."""
        return self.network.dense.weight.detach().reshape(-1, IMAGE_SIZE, IMAGE_SIZE)

    def activations(self, image: Tensor) -> Tensor:
        """float32 (units,): what the hidden units say about one picture, float32 (28, 28) in [0, 1]."""
        return layer_outputs(self.network, image)["dense_activation"]

    def logits(self, image: Tensor) -> Tensor:
        """float32 (10,)."""
        return layer_outputs(self.network, image)["output"]

    def hidden_unit(self, unit: int, image: Tensor) -> Neuron:
        """How one hidden unit, counted from 0, comes to its answer: 784 products, their sum, its activation."""
        bias = float(self.network.dense.bias[unit])
        return neuron(image.flatten(), self.weight_pictures[unit].flatten(), bias, self.network.config.activation)

    @torch.no_grad()
    def all_activations(self) -> Tensor:
        """float32 (N, units): what the hidden units say about each training picture."""
        stages = dict(self.network.stages(to_float(self.training.images)))
        return stages["dense_activation"]


def architecture(units: int) -> ModelConfig:
    """784 numbers in, one hidden layer with ReLU, ten logits out."""
    return ModelConfig(filters=(), dense_units=units)


def train_dense(units: int, data: DataSet) -> Generator[float, None, Dense]:
    """Train the network with so many hidden units; yields the share done. Same numbers each time on one machine."""
    for event in train(architecture(units), TRAINING, data):
        if isinstance(event, EpochEnd):
            yield event.epoch / TRAINING.epochs
        elif isinstance(event, Finished):
            return Dense(event.checkpoint.build(), event.test.accuracy, len(data.test), data.train)
    raise RuntimeError("the training did not finish")

"""A small dense network with one hidden layer, trained on the offline digits in about a second.

It is a DigitCNN without convolutions, trained by `model.training.loop`.
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
"""The choices for the size of the hidden layer."""

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
"""Plain SGD changes a weight only where there is ink, so the pictures of the weights are smooth. The digits of the set
are narrow and thin, and people draw with a thick pen: the augmentation covers this difference."""


@dataclass(frozen=True)
class Dense:
    """The trained network, in evaluation mode. accuracy: on the `tested` test pictures, 0 to 1.

    training: the training pictures, including those held out for validation.
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
        """float32 (units, 28, 28): the weights of each hidden unit, each at the place of its pixel."""
        return self.network.dense.weight.detach().reshape(-1, IMAGE_SIZE, IMAGE_SIZE)

    def activations(self, image: Tensor) -> Tensor:
        """float32 (units,): the activations of the hidden units for one picture, float32 (28, 28) in [0, 1]."""
        return layer_outputs(self.network, image)["dense_activation"]

    def logits(self, image: Tensor) -> Tensor:
        """float32 (10,): the logits for one picture, float32 (28, 28) in [0, 1]."""
        return layer_outputs(self.network, image)["output"]

    def hidden_unit(self, unit: int, image: Tensor) -> Neuron:
        """The computation of one hidden unit, counted from 0: 784 products, their sum, the activation."""
        bias = float(self.network.dense.bias[unit])
        return neuron(image.flatten(), self.weight_pictures[unit].flatten(), bias, self.network.config.activation)

    @torch.no_grad()
    def all_activations(self) -> Tensor:
        """float32 (N, units): the activations of the hidden units for each training picture."""
        return self.network.features(to_float(self.training.images))


def architecture(units: int) -> ModelConfig:
    """The settings of a network with 784 inputs, one hidden layer of `units` with ReLU, and ten logits."""
    return ModelConfig(filters=(), dense_units=units)


def train_dense(units: int, data: DataSet) -> Generator[float, None, Dense]:
    """Train the network with `units` hidden units; yields the share done, 0 to 1. The seed is fixed."""
    for event in train(architecture(units), TRAINING, data):
        if isinstance(event, EpochEnd):
            yield event.epoch / TRAINING.epochs
        elif isinstance(event, Finished):
            return Dense(event.checkpoint.build(), event.test.accuracy, len(data.test), data.train)
    raise RuntimeError("the training did not finish")

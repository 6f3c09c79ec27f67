"""The network of one snapshot, and what its first layer computes for a picture."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from model.inspection.activations import activation_name, layer_outputs
from model.inspection.filters import kernels
from model.network.checkpoint import load_checkpoint
from model.network.cnn import DigitCNN
from model.network.layers import IMAGE_SIZE

Float = NDArray[np.float32]


@dataclass(frozen=True)
class SnapshotNetwork:
    """A network from a snapshot.

    first_weights: float32 (units, height, width), the weights of the first layer: its kernels, or in a network without
    convolutions the weights of each dense unit as a picture of 28x28.
    """

    network: DigitCNN
    first_weights: Float

    @property
    def dense(self) -> bool:
        """Whether the first layer is a dense layer, because there are no convolutions."""
        return not self.network.config.filters

    def compute(self, image: Float) -> tuple[Float, Float]:
        """For float32 (28, 28) in [0, 1]: the activations of the first layer and the probabilities.

        The activations are float32 (filters, height, width), or (units,) for a dense layer; the probabilities float32
        (10,).
        """
        outputs = layer_outputs(self.network, torch.from_numpy(image))
        name = "dense_activation" if self.dense else activation_name(0)
        return outputs[name].numpy(), outputs["output"].softmax(0).numpy()


def load_snapshot_network(path: Path) -> SnapshotNetwork:
    """The network in the file. Raises CheckpointError if the file is missing or damaged."""
    network = load_checkpoint(path).build()
    if network.config.filters:
        weights = kernels(network, 0).weights[:, 0]
    else:
        weights = network.dense.weight.detach().reshape(-1, IMAGE_SIZE, IMAGE_SIZE)
    return SnapshotNetwork(network, weights.numpy())

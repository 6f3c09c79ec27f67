"""How well a network reads a labelled set."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from model.data import ImageSet, to_float
from model.network import DigitCNN

EVALUATION_BATCH = 500


@dataclass(frozen=True)
class Score:
    """loss: mean cross-entropy in nats; accuracy: share read correctly, 0 to 1; count: pictures scored."""

    loss: float
    accuracy: float
    count: int


def predict(network: DigitCNN, images: Tensor) -> Tensor:
    """float32 logits (N, 10) for uint8 (N, 1, 28, 28) on the network's device, in full precision.

    The network is left in the mode, training or evaluation, in which it came.
    """
    was_training = network.training
    network.eval()
    try:
        with torch.inference_mode():
            return torch.cat([network(to_float(batch)) for batch in torch.split(images, EVALUATION_BATCH)])
    finally:
        network.train(was_training)


def evaluate(network: DigitCNN, images: ImageSet) -> Score:
    """Loss and accuracy on a set that lies on the network's device. Raises ValueError for an empty set."""
    if not len(images):
        raise ValueError("There are no pictures to score.")
    logits = predict(network, images.images)
    right = int((logits.argmax(1) == images.labels).sum())
    return Score(float(F.cross_entropy(logits, images.labels)), right / len(images), len(images))

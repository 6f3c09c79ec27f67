"""How well a network reads a labelled set."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from model.config import CLASSES
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
    return score(predict(network, images.images), images.labels)


def score(logits: Tensor, labels: Tensor) -> Score:
    """Loss and accuracy of float32 logits (N, 10) for int64 labels (N,), N at least 1."""
    right = int((logits.argmax(1) == labels).sum())
    return Score(float(F.cross_entropy(logits, labels)), right / len(labels), len(labels))


@dataclass(frozen=True)
class Mistake:
    """A picture read wrongly. number: its index in the set. share, truth_share: what answer and label got, 0 to 1."""

    number: int
    label: int
    digit: int
    share: float
    truth_share: float


def confusion(logits: Tensor, labels: Tensor) -> Tensor:
    """int64 (10, 10): how many pictures of the row's digit were read as the column's."""
    return torch.bincount(labels * CLASSES + logits.argmax(1), minlength=CLASSES**2).reshape(CLASSES, CLASSES)


def worst_mistakes(logits: Tensor, labels: Tensor, count: int = 5) -> list[Mistake]:
    """The pictures read wrongly of whose wrong answer the network was surest, the worst first."""
    probabilities = logits.softmax(1)
    shares, digits = probabilities.max(1)
    wrong = (digits != labels).nonzero().flatten()
    worst = wrong[shares[wrong].argsort(descending=True, stable=True)][:count]
    truth = probabilities.gather(1, labels[:, None])[:, 0]
    return [
        Mistake(number, int(labels[number]), int(digits[number]), float(shares[number]), float(truth[number]))
        for number in worst.tolist()
    ]

"""Evaluation: how well a network reads a labelled set of images."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from model.data.datasets import ImageSet, to_float
from model.network.cnn import DigitCNN
from model.network.layers import CLASSES, IMAGE_SIZE

EVALUATION_BATCH = 500
"""Images in one forward pass, which limits the memory that it needs."""


@dataclass(frozen=True)
class Score:
    """loss: mean cross-entropy in nats. accuracy: share read correctly, 0 to 1. count: number of images."""

    loss: float
    accuracy: float
    count: int


@dataclass(frozen=True)
class Mistake:
    """An image that was read wrongly.

    number: its index in the set. label: the true digit. digit: the network's answer. share, truth_share: the
    probabilities of the answer and of the label, 0 to 1.
    """

    number: int
    label: int
    digit: int
    share: float
    truth_share: float


def compute_logits(network: DigitCNN, images: Tensor) -> Tensor:
    """float32 logits (N, 10) for uint8 (N, 1, 28, 28) on the network's device, computed in float32.

    The network runs in evaluation mode; its own mode is restored at the end.
    """
    was_training = network.training
    network.eval()
    try:
        with torch.inference_mode():
            return torch.cat([network(to_float(batch)) for batch in torch.split(images, EVALUATION_BATCH)])
    finally:
        network.train(was_training)


def evaluate(network: DigitCNN, images: ImageSet) -> Score:
    """Loss and accuracy on a set on the network's device. Raises ValueError for an empty set."""
    if not len(images):
        raise ValueError("There are no pictures to score.")
    return score(compute_logits(network, images.images), images.labels)


def score(logits: Tensor, labels: Tensor) -> Score:
    """Loss and accuracy of float32 logits (N, 10) for int64 labels (N,), N at least 1."""
    correct = int((logits.argmax(1) == labels).sum())
    return Score(float(F.cross_entropy(logits, labels)), correct / len(labels), len(labels))


def confusion(logits: Tensor, labels: Tensor) -> Tensor:
    """The confusion matrix, int64 (10, 10): how many images of the row's digit were read as the column's digit."""
    return torch.bincount(labels * CLASSES + logits.argmax(1), minlength=CLASSES**2).reshape(CLASSES, CLASSES)


def most_certain_mistakes(logits: Tensor, labels: Tensor, count: int = 5) -> list[Mistake]:
    """At most `count` images that were read wrongly with the highest probability, the highest first."""
    probabilities = logits.softmax(1)
    shares, digits = probabilities.max(1)
    wrong = (digits != labels).nonzero().flatten()
    worst = wrong[shares[wrong].argsort(descending=True, stable=True)][:count]
    truth = probabilities.gather(1, labels[:, None])[:, 0]
    return [
        Mistake(number, int(labels[number]), int(digits[number]), float(shares[number]), float(truth[number]))
        for number in worst.tolist()
    ]


def shifted_accuracy(network: DigitCNN, images: ImageSet, pixels: int) -> float:
    """Mean accuracy on the images moved left, right, up and down by `pixels`; 0 gives the accuracy on them as they are.

    images: on the network's device. Raises ValueError for an empty set or a negative number of pixels.
    """
    if pixels < 0:
        raise ValueError("Pictures are moved by 0 pixels or more.")
    if not pixels:
        return evaluate(network, images).accuracy
    pixels = min(pixels, IMAGE_SIZE)
    directions = ((-pixels, 0), (pixels, 0), (0, -pixels), (0, pixels))
    moved = (ImageSet(shift_images(images.images, *direction), images.labels) for direction in directions)
    return sum(evaluate(network, each).accuracy for each in moved) / len(directions)


def shift_images(images: Tensor, right: int, down: int) -> Tensor:
    """Images or maps (..., H, W) moved by whole pixels, at most H or W. Zeros (black) fill the empty side."""
    return F.pad(images, (right, -right, down, -down))  # negative padding removes rows and columns

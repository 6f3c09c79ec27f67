"""How well a network reads a labelled set."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from model.data.datasets import ImageSet, to_float
from model.network.cnn import DigitCNN
from model.network.layers import CLASSES, IMAGE_SIZE

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


@dataclass(frozen=True)
class Bin:
    """Pictures of whose answers the network was about equally sure.

    low, high: the shares between which it was, low itself not included. confidence: their mean share. accuracy: the
    share of them read correctly. count: how many they are, at least 1.
    """

    low: float
    high: float
    confidence: float
    accuracy: float
    count: int


@dataclass(frozen=True)
class Calibration:
    """How far a network's shares can be believed.

    bins: from the least sure to the surest; those without a picture are left out. error: the expected calibration
    error, 0 to 1: by how much share and accuracy differ, on average over the pictures.
    """

    bins: list[Bin]
    error: float


def calibration(logits: Tensor, labels: Tensor, bins: int = 10) -> Calibration:
    """Share against accuracy of float32 logits (N, 10) for int64 labels (N,), in `bins` bins of equal width.

    Of two pictures of whose answers a calibrated network is 50 % sure, one is read correctly. Method and error: Guo et
    al., "On Calibration of Modern Neural Networks" (2017). Raises ValueError where there are no pictures.
    """
    if not len(labels):
        raise ValueError("There are no pictures to score.")
    shares, digits = logits.cpu().double().softmax(1).max(1)
    right = (digits == labels.cpu()).double()
    numbers = ((shares * bins).ceil().long() - 1).clamp(0, bins - 1)
    found = []
    for number in range(bins):
        inside = numbers == number
        if count := int(inside.sum()):
            confidence, accuracy = float(shares[inside].mean()), float(right[inside].mean())
            found.append(Bin(number / bins, (number + 1) / bins, confidence, accuracy, count))
    error = sum(each.count * abs(each.confidence - each.accuracy) for each in found) / len(labels)
    return Calibration(found, error)


def shifted_accuracy(network: DigitCNN, images: ImageSet, pixels: int) -> float:
    """Accuracy when every picture is moved by so many pixels, black coming in: the mean of left, right, up and down.

    `images` lies on the network's device; 0 pixels are the plain accuracy. Raises ValueError for an empty set or fewer
    than 0 pixels.
    """
    if pixels < 0:
        raise ValueError("Pictures are moved by 0 pixels or more.")
    if not pixels:
        return evaluate(network, images).accuracy
    moved = (ImageSet(_shifted(images.images, *step), images.labels) for step in _directions(min(pixels, IMAGE_SIZE)))
    return sum(evaluate(network, each).accuracy for each in moved) / 4


def _directions(pixels: int) -> list[tuple[int, int]]:
    return [(-pixels, 0), (pixels, 0), (0, -pixels), (0, pixels)]


def _shifted(images: Tensor, right: int, down: int) -> Tensor:
    """The pictures moved by whole pixels; a negative padding cuts off."""
    return F.pad(images, (right, -right, down, -down))

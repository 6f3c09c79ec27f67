"""The data set: the mean and the variety of each digit, and unusual pictures.

Pictures are uint8 (N, 1, 28, 28), as in `ImageSet`.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import torch
from torch import Tensor

from model.data.datasets import ImageSet, to_float
from model.inspection.private_copy import private_copy, require_evaluation_mode
from model.network.cnn import DigitCNN
from model.network.layers import CLASSES, IMAGE_SIZE

BATCH = 100
"""Pictures in one forward pass: few enough that the feature maps of the first layer stay in the processor's cache."""


@dataclass(frozen=True)
class Variety:
    """How the pictures of each digit differ. counts: int64 (10,), pictures of each digit.

    mean, spread: float32 (10, 28, 28), mean and standard deviation of each pixel, 0 to 1; 0 for a digit without
    pictures.
    """

    counts: Tensor
    mean: Tensor
    spread: Tensor


def variety(images: ImageSet) -> Variety:
    """Count, mean and spread of each digit."""
    counts = torch.bincount(images.labels, minlength=CLASSES)
    mean, spread = torch.zeros(2, CLASSES, IMAGE_SIZE, IMAGE_SIZE)
    for digit in range(CLASSES):
        if counts[digit]:
            pictures = to_float(images.images[images.labels == digit, 0])
            mean[digit] = pictures.mean(0)
            spread[digit] = pictures.std(0, correction=0)
    return Variety(counts, mean, spread)


def ink(images: Tensor) -> Tensor:
    """float32 (N,): the mean of the pixels, 0 to 1. It is small for thin strokes and large for thick strokes."""
    return to_float(images).mean((1, 2, 3))


def slant(images: Tensor) -> Tensor:
    """float32 (N,): the slant in degrees, above 0 if the digit leans to the right; 0 for a blank picture.

    It is the angle of the line that fits the centres of the rows best, from the second moments of the ink. LeCun et al.
    (1998) remove it when they deslant MNIST.
    """
    light = to_float(images[:, 0])
    total = light.sum((1, 2)).clamp_min(1e-9)
    at = torch.arange(light.shape[1], dtype=torch.float32)
    rows, columns = light.sum(2), light.sum(1)  # (N, 28)
    y, x = (rows * at).sum(1) / total, (columns * at).sum(1) / total
    both = ((light * at).sum(2) * at).sum(1) / total - x * y
    vertical = (rows * at**2).sum(1) / total - y**2
    slope = torch.where(vertical > 1e-6, -both / vertical.clamp_min(1e-6), torch.zeros_like(both))
    return torch.rad2deg(torch.atan(slope))


def distance_from_mean(images: Tensor) -> Tensor:
    """float32 (N,): the Euclidean distance of each picture from the mean picture, where pixels go from 0 to 1."""
    pictures = to_float(images).flatten(1)
    return (pictures - pictures.mean(0)).square().sum(1).sqrt()


@dataclass(frozen=True)
class NetworkResults:
    """The network's results on a set. logits: float32 (N, 10).

    distance: float32 (N,), the Euclidean distance of each picture's hidden features from the mean over its label.
    """

    logits: Tensor
    distance: Tensor

    def most_unusual(self, labels: Tensor, digit: int, count: int) -> list[int]:
        """The numbers of the `count` pictures of a digit with the largest distance, the largest first."""
        numbers = (labels == digit).nonzero().flatten()
        order = self.distance[numbers].argsort(descending=True, stable=True)[:count]
        return [int(number) for number in numbers[order]]


def network_results(network: DigitCNN, images: ImageSet) -> Generator[float, None, NetworkResults]:
    """Run the network on a set. Yields the share done, from 0 to 1, and returns the NetworkResults.

    Raises ValueError for an empty set or a network in training mode.
    """
    if not len(images):
        raise ValueError("There are no pictures to study.")
    require_evaluation_mode(network)
    private = private_copy(network)
    logits, features = [], []
    for numbers in torch.split(torch.arange(len(images)), BATCH):
        hidden, answers = _features_and_logits(private, images.images[numbers])
        features.append(hidden)
        logits.append(answers)
        yield 0.99 * (int(numbers[-1]) + 1) / len(images)
    hidden = torch.cat(features)
    distance = torch.zeros(len(images))
    for digit in range(CLASSES):
        own = images.labels == digit
        if own.any():
            distance[own] = (hidden[own] - hidden[own].mean(0)).norm(dim=1)
    yield 1.0
    return NetworkResults(torch.cat(logits), distance)


@torch.inference_mode()  # never around a yield: the mode belongs to the thread
def _features_and_logits(network: DigitCNN, images: Tensor) -> tuple[Tensor, Tensor]:
    """Hidden features and logits."""
    features = network.features(to_float(images))
    return features.clone(), network.classify(features).clone()

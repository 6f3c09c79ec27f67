"""What a data set of digits is like: the mean of each digit, its variety, and pictures that are out of the ordinary.

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
"""Pictures at once: few enough for a first layer's feature maps to stay in the processor's cache."""


@dataclass(frozen=True)
class Variety:
    """counts: int64 (10,), pictures of each digit. mean, spread: float32 (10, 28, 28), the mean of each pixel, 0 to 1,
    and its standard deviation over the pictures of the digit; zero for a digit without any.
    """

    counts: Tensor
    mean: Tensor
    spread: Tensor


def variety(images: ImageSet) -> Variety:
    """Mean and spread of each digit, in one pass."""
    counts = torch.bincount(images.labels, minlength=CLASSES)
    mean, spread = torch.zeros(2, CLASSES, IMAGE_SIZE, IMAGE_SIZE)
    for digit in range(CLASSES):
        if counts[digit]:
            pictures = to_float(images.images[images.labels == digit, 0])
            mean[digit] = pictures.mean(0)
            spread[digit] = pictures.std(0, correction=0)
    return Variety(counts, mean, spread)


def ink(images: Tensor) -> Tensor:
    """float32 (N,) from 0 to 1: the mean pixel, which is small for thin strokes and large for bold ones."""
    return to_float(images).mean((1, 2, 3))


def slant(images: Tensor) -> Tensor:
    """float32 (N,) in degrees, above zero where the digit leans to the right as one reads it; 0 for a blank picture.

    By the second moments of the ink: the angle of the line on which the middles of its rows lie best. It is what
    LeCun et al. (1998) undo when they deslant MNIST.
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
    """float32 (N,): the Euclidean distance of each picture from the mean of all, in pixels of full brightness."""
    pictures = to_float(images).flatten(1)
    return (pictures - pictures.mean(0)).square().sum(1).sqrt()


@dataclass(frozen=True)
class Study:
    """How a network sees a set. logits: float32 (N, 10).

    distance: float32 (N,), of each picture from the mean of its label's pictures, in the last hidden layer.
    """

    logits: Tensor
    distance: Tensor

    def oddest(self, labels: Tensor, digit: int, count: int) -> list[int]:
        """The pictures with that label that lie farthest from its mean, the farthest first."""
        numbers = (labels == digit).nonzero().flatten()
        order = self.distance[numbers].argsort(descending=True, stable=True)[:count]
        return [int(number) for number in numbers[order]]


def study(network: DigitCNN, images: ImageSet) -> Generator[float, None, Study]:
    """One pass over a set; yields the share done, returns the Study.

    Raises ValueError for an empty set or a network in training mode.
    """
    if not len(images):
        raise ValueError("There are no pictures to study.")
    require_evaluation_mode(network)
    private = private_copy(network)
    logits, features = [], []
    for numbers in torch.split(torch.arange(len(images)), BATCH):
        hidden, answers = _read(private, images.images[numbers])
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
    return Study(torch.cat(logits), distance)


@torch.inference_mode()  # never around a yield: the mode would leak to whoever runs next on the thread
def _read(network: DigitCNN, images: Tensor) -> tuple[Tensor, Tensor]:
    """The last hidden layer after its activation, and the logits."""
    outputs = dict(network.stages(to_float(images)))
    return outputs["dense_activation"].clone(), outputs["output"].clone()

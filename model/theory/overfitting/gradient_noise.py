"""Gradient noise: how much the direction of a batch's gradient differs from that of all pictures."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from model.data.datasets import ImageSet, to_float
from model.inspection.sampling import sample, seconds_per_picture
from model.network.cnn import DigitCNN
from model.network.layers import CLASSES

SIZES = (8, 16, 32, 64, 128, 256, 512)
"""The batch sizes to measure."""

BATCHES = 60
"""Random batches of each size."""

LEAST_PICTURES = 2 * SIZES[-1]
"""The smallest number of pictures: a batch with more than half of all pictures would agree with them in any case."""

MOST_PICTURES = 2_000
SECONDS = 1.0
_FORWARD_BATCH = 100


@dataclass(frozen=True)
class GradientAgreement:
    """The cosine similarity of batch gradients with the gradient of all pictures, over BATCHES random batches.

    size: of the batches. mean, low, high: the mean and the two quartiles of the cosine, -1 to 1.
    """

    size: int
    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class GradientNoise:
    """pictures: their number. untrained: the agreements before training. trained: those of the present network."""

    pictures: int
    untrained: tuple[GradientAgreement, ...]
    trained: tuple[GradientAgreement, ...]


def gradient_noise(
    network: DigitCNN, images: ImageSet, smoothing: float = 0.0
) -> Generator[float, None, GradientNoise]:
    """Measure the gradient noise at the output layer of the network; yields the share done, 0 to 1.

    The comparison is a network of the same architecture with its initial weights of seed 0. The pictures are a random
    part of `images` with a fixed seed, without augmentation: as many as take SECONDS by `seconds_per_picture`, within
    LEAST_PICTURES and MOST_PICTURES. Sizes above half of the pictures are left out. smoothing: label smoothing of the
    loss, 0 to 1. Raises ValueError if there are too few pictures for the smallest batch.
    """
    if len(images) < 2 * SIZES[0]:
        raise ValueError(f"At least {2 * SIZES[0]} pictures are needed, twice the smallest batch.")
    wanted = max(LEAST_PICTURES, min(MOST_PICTURES, SECONDS / seconds_per_picture(network.config)))
    chosen = images[sample(len(images), wanted)]
    found = []
    for part, each in enumerate((DigitCNN(network.config).eval(), network)):
        features = []
        for batch in torch.split(chosen.images, _FORWARD_BATCH):
            with torch.inference_mode():  # never around a yield: the mode belongs to the thread
                features.append(each.features(to_float(batch)))
            yield (part + min(1, len(features) * _FORWARD_BATCH / len(chosen))) / 2.1
        found.append(gradient_agreement(torch.cat(features), each, chosen.labels, smoothing))
    return GradientNoise(len(chosen), *found)


@torch.inference_mode()
def gradient_agreement(
    features: Tensor, network: DigitCNN, labels: Tensor, smoothing: float = 0.0
) -> tuple[GradientAgreement, ...]:
    """The agreement of batches with all N pictures for each of SIZES up to N / 2.

    features: float32 (N, units), the input of the output layer. labels: int64 (N,). By the chain rule the gradient of
    a picture's cross-entropy is (shares - target) times its features; that of a batch is the mean over its pictures.
    The gradient is that of the output layer's weights and biases.
    """
    inputs = torch.cat([features, torch.ones(len(features), 1)], dim=1)  # a bias is the weight of a constant 1
    target = F.one_hot(labels, CLASSES) * (1 - smoothing) + smoothing / CLASSES
    errors = network.classify(features).softmax(1) - target
    whole = (errors.T @ inputs).flatten()
    generator = torch.Generator().manual_seed(0)
    found = []
    for size in (size for size in SIZES if 2 * size <= len(labels)):
        cosines = torch.empty(BATCHES)
        for number in range(BATCHES):
            index = torch.randperm(len(labels), generator=generator)[:size]
            cosines[number] = F.cosine_similarity((errors[index].T @ inputs[index]).flatten(), whole, dim=0)
        low, high = cosines.quantile(torch.tensor([0.25, 0.75])).tolist()
        found.append(GradientAgreement(size, float(cosines.mean()), low, high))
    return tuple(found)

"""Epochs, batches and steps, and how far the gradient of a batch agrees with that of all pictures."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from model.data.datasets import ImageSet, to_float
from model.inspection.sampling import sample, seconds_per_picture
from model.network.cnn import DigitCNN
from model.network.config import ModelConfig
from model.network.layers import CLASSES

SIZES = (8, 16, 32, 64, 128, 256, 512)
"""Batch sizes that are measured."""

BATCHES = 60
"""Random batches of each size."""

MOST_PICTURES = 2_000
SECONDS = 1.0
_AT_ONCE = 100


def steps_per_epoch(pictures: int, batch: int) -> int:
    """Batches in which so many pictures (at least 1) are seen once; the last one may be smaller.

    As in `model.training.loop`, a single picture that is left over joins the batch before it.
    """
    full, left = divmod(pictures, batch)
    return full + (left > 1 or (left == 1 and full == 0))


@dataclass(frozen=True)
class Agreement:
    """Of one batch size, over BATCHES random batches: mean and quartiles of the cosine with the whole gradient."""

    size: int
    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Noise:
    """pictures: how many the whole gradient is the mean of. fresh: before any training. trained: as it is now."""

    pictures: int
    fresh: tuple[Agreement, ...]
    trained: tuple[Agreement, ...]


def gradient_noise(network: DigitCNN, images: ImageSet, smoothing: float = 0.0) -> Generator[float, None, Noise]:
    """How well batches point where all pictures together point, at the output layer; yields the share done.

    Measured on the network and on one of the same architecture with fresh weights (seed 0). At most MOST_PICTURES of
    `images`, and fewer for a network that would take longer than SECONDS by `seconds_per_picture`; drawn with a fixed
    seed, and as they are, not augmented. smoothing: label smoothing of the loss, as the network was trained with.
    Raises ValueError for fewer pictures than the largest batch.
    """
    if len(images) < SIZES[-1]:
        raise ValueError(f"At least {SIZES[-1]} pictures are needed to fill the largest batch.")
    wanted = min(MOST_PICTURES, SECONDS / seconds_per_picture(network.config))
    chosen = images[sample(len(images), wanted)[:MOST_PICTURES]]
    found = []
    for part, each in enumerate((fresh_network(network.config), network)):
        features = []
        for batch in torch.split(chosen.images, _AT_ONCE):
            features.append(_features(each, to_float(batch)))
            yield (part + len(features) * _AT_ONCE / len(chosen)) / 2.1
        found.append(agreement(torch.cat(features), each, chosen.labels, smoothing))
    return Noise(len(chosen), *found)


def fresh_network(config: ModelConfig) -> DigitCNN:
    """A network of this architecture as it is before training, in evaluation mode; the same one each time."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return DigitCNN(config).eval()


@torch.inference_mode()
def _features(network: DigitCNN, pictures: Tensor) -> Tensor:
    """What reaches the output layer: float32 (N, dense_units)."""
    stages = dict(network.stages(pictures))
    return stages["dense_activation"]


@torch.inference_mode()
def agreement(features: Tensor, network: DigitCNN, labels: Tensor, smoothing: float = 0.0) -> tuple[Agreement, ...]:
    """Cosines of the output layer's gradient (weights and bias) on batches of SIZES with that on all pictures.

    features: float32 (N, units), the layer's input. By the chain rule a picture's gradient of the cross-entropy is
    (shares - target) times its features, and a batch's gradient is the mean over its pictures.
    """
    inputs = torch.cat([features, torch.ones(len(features), 1)], dim=1)  # the bias is a weight of a constant 1
    target = F.one_hot(labels, CLASSES) * (1 - smoothing) + smoothing / CLASSES
    errors = network.output(features).softmax(1) - target
    whole = (errors.T @ inputs).flatten()
    generator = torch.Generator().manual_seed(0)
    found = []
    for size in SIZES:
        cosines = torch.empty(BATCHES)
        for number in range(BATCHES):
            index = torch.randperm(len(labels), generator=generator)[:size]
            cosines[number] = F.cosine_similarity((errors[index].T @ inputs[index]).flatten(), whole, dim=0)
        low, high = cosines.quantile(torch.tensor([0.25, 0.75])).tolist()
        found.append(Agreement(size, float(cosines.mean()), low, high))
    return tuple(found)

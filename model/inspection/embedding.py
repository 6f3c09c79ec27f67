"""Embedding: pictures as points, whose coordinates are the outputs of the network's last hidden layer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from model.data.datasets import ImageSet, to_float
from model.data.preprocess import Float
from model.inspection.private_copy import private_copy
from model.network.cnn import DigitCNN

SAMPLE = 10_000
"""Training pictures in an embedding: half a second of work for the shipped network."""

MAPPED = 2_000
"""How many of them are points of a map: t-SNE needs a few seconds for this number."""

_BATCH = 100
"""Pictures per batch: 100 fit into a laptop's cache, which is nearly twice as fast as batches of 500."""

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Embedding:
    """The hidden features of a random sample of the training pictures.

    features: float32 (N, units). labels: int64 (N,). numbers: int64 (N,), rows of the training set. The first `mapped`
    pictures are the points of a map.
    """

    features: Float
    labels: Rows
    numbers: Rows
    mapped: int


@dataclass(frozen=True)
class Neighbours:
    """The nearest pictures in order. rows: int64 (K,) of the embedding. distances: float32 (K,), Euclidean."""

    rows: Rows
    distances: Float


def embed(network: DigitCNN, images: ImageSet, count: int = SAMPLE, mapped: int = MAPPED, seed: int = 0) -> Embedding:
    """The embedding of `count` random pictures, or of all if there are fewer. The same seed gives the same sample."""
    order = torch.randperm(len(images), generator=torch.Generator().manual_seed(seed))[:count]
    features = hidden_features(network, images.images[order])
    return Embedding(features, images.labels[order].numpy(), order.numpy(), min(mapped, len(order)))


def hidden_features(network: DigitCNN, images: Tensor) -> Float:
    """The last hidden layer after its activation: float32 (N, units).

    images: (N, 1, 28, 28), uint8 or float32 in [0, 1]. The network's mode does not matter.
    """
    private = private_copy(network)
    features: list[Tensor] = []
    with torch.inference_mode():
        for batch in torch.split(images, _BATCH):
            features.append(private.features(to_float(batch) if batch.dtype == torch.uint8 else batch))
    return np.asarray(torch.cat(features).numpy(), np.float32)


def nearest_neighbours(features: Float, point: Float, count: int = 5) -> Neighbours:
    """The `count` rows of float32 (N, units) that are nearest to float32 (units,)."""
    distances = np.linalg.norm(features - point, axis=1)
    rows = np.argsort(distances, kind="stable")[:count]
    return Neighbours(rows, distances[rows].astype(np.float32))

"""Where a drawing sits among the training pictures, by the numbers of the network's last hidden layer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from model.data.datasets import ImageSet, to_float
from model.data.preprocess import Float
from model.inspection.attribution import private_copy
from model.network.cnn import DigitCNN

SAMPLE = 10_000
"""Training pictures among which neighbours are looked for: half a second of work for the shipped network."""

MAPPED = 2_000
"""The first of them are the points of the map: as many as t-SNE places within some seconds."""

_BATCH = 100
"""A hundred pictures stay in a laptop's cache: nearly twice as fast as five hundred."""

Index = NDArray[np.int64]


@dataclass(frozen=True)
class Embedding:
    """The hidden layer's answer to a sample of the training pictures, drawn at random.

    features: float32 (N, units). labels: int64 (N,), what the pictures show. numbers: int64 (N,), their places in the
    training set. The first `mapped` are on the map.
    """

    features: Float
    labels: Index
    numbers: Index
    mapped: int


@dataclass(frozen=True)
class Plane:
    """The two directions of greatest variance. points: float32 (mapped, 2). explained: their shares of the variance.

    mean: float32 (units,), axes: float32 (2, units): what `place` needs for a new point.
    """

    points: Float
    explained: tuple[float, float]
    mean: Float
    axes: Float

    def place(self, features: Float) -> tuple[float, float]:
        """Where float32 (units,) lies on the map."""
        x, y = self.axes @ (features - self.mean)
        return float(x), float(y)


@dataclass(frozen=True)
class Neighbours:
    """The nearest first. rows: int64 (K,) in the embedding. distances: float32 (K,), Euclidean."""

    rows: Index
    distances: Float


def embed(network: DigitCNN, images: ImageSet, count: int = SAMPLE, mapped: int = MAPPED, seed: int = 0) -> Embedding:
    """The embedding of `count` of the pictures, or of all where there are fewer. The same seed, the same sample."""
    order = torch.randperm(len(images), generator=torch.Generator().manual_seed(seed))[:count]
    features = hidden(network, images.images[order])
    return Embedding(features, images.labels[order].numpy(), order.numpy(), min(mapped, len(order)))


def hidden(network: DigitCNN, images: Tensor) -> Float:
    """The last hidden layer after its activation: uint8 or, in [0, 1], float32 (N, 1, 28, 28) -> float32 (N, units)."""
    private = private_copy(network)
    kept: list[Tensor] = []
    with torch.inference_mode():
        for batch in torch.split(images, _BATCH):
            x = to_float(batch) if batch.dtype == torch.uint8 else batch
            for block in private.blocks:
                x = block(x)
            kept.append(private.activation(private.dense(x.flatten(1))))
    return np.asarray(torch.cat(kept).numpy(), np.float32)


def nearest(features: Float, point: Float, count: int = 5) -> Neighbours:
    """The `count` rows of float32 (N, units) that lie nearest to float32 (units,)."""
    distances = np.linalg.norm(features - point, axis=1)
    rows = np.argsort(distances, kind="stable")[:count]
    return Neighbours(rows, distances[rows].astype(np.float32))


def principal_components(embedding: Embedding) -> Plane:
    """The map by PCA of its points (scikit-learn). A layer of a single unit gives a line."""
    from sklearn.decomposition import PCA  # slow to import, and needed on one page only

    features = embedding.features[: embedding.mapped]
    units = features.shape[1]
    found = min(2, units, len(features))
    with np.errstate(invalid="ignore", divide="ignore"):  # units that never answer have no variance to share
        pca = PCA(found, random_state=0).fit(features)
    axes = np.zeros((2, units), np.float32)
    axes[:found] = pca.components_
    first, second = [*np.nan_to_num(pca.explained_variance_ratio_), 0.0][:2]
    mean = features.mean(axis=0)
    return Plane(((features - mean) @ axes.T).astype(np.float32), (float(first), float(second)), mean, axes)


def neighbour_map(embedding: Embedding) -> Float:
    """The map by t-SNE (van der Maaten and Hinton 2008; scikit-learn, perplexity 30): float32 (mapped, 2).

    It keeps neighbours together; distances between groups and their sizes mean little. Some seconds of work.
    """
    from sklearn.manifold import TSNE

    features = embedding.features[: embedding.mapped]
    spread = features.shape[1] > 1 and float(features.std(axis=0).max()) > 0
    tsne = TSNE(
        perplexity=min(30.0, (len(features) - 1) / 3), init="pca" if spread else "random", random_state=0, n_jobs=1
    )
    return np.asarray(tsne.fit_transform(features), np.float32)


def place_among(points: Float, neighbours: Neighbours) -> tuple[float, float]:
    """A place on a map that cannot take in new points, as t-SNE's: the mean of the neighbours' places.

    Each counts by the inverse of its distance, so that a training picture lands on its own place. points: (N, 2).
    """
    weights = 1 / np.maximum(neighbours.distances.astype(np.float64), 1e-9)
    x, y = (points[neighbours.rows] * (weights / weights.sum())[:, None]).sum(axis=0)
    return float(x), float(y)

"""Maps of an embedding: its points in two dimensions, by PCA or by t-SNE."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.data.preprocess import Float
from model.inspection.embedding import Embedding, Neighbours


@dataclass(frozen=True)
class PcaMap:
    """The two directions of greatest variance.

    points: float32 (mapped, 2). explained: the two directions' shares of the variance, 0 to 1. mean: float32 (units,)
    and axes: float32 (2, units) place a new point.
    """

    points: Float
    explained: tuple[float, float]
    mean: Float
    axes: Float

    def place(self, features: Float) -> tuple[float, float]:
        """The place of float32 (units,) on the map."""
        x, y = self.axes @ (features - self.mean)
        return float(x), float(y)


def pca_map(embedding: Embedding) -> PcaMap:
    """The map by PCA of its points (scikit-learn). A layer of one unit gives a line."""
    from sklearn.decomposition import PCA  # slow to import, and only one page needs it

    features = embedding.features[: embedding.mapped]
    units = features.shape[1]
    found = min(2, units, len(features))
    with np.errstate(invalid="ignore", divide="ignore"):  # a layer whose output is always 0 has no variance
        pca = PCA(found, random_state=0).fit(features)
    axes = np.zeros((2, units), np.float32)
    axes[:found] = pca.components_
    first, second = [*np.nan_to_num(pca.explained_variance_ratio_), 0.0][:2]
    mean = features.mean(axis=0)
    return PcaMap(((features - mean) @ axes.T).astype(np.float32), (float(first), float(second)), mean, axes)


def tsne_map(embedding: Embedding) -> Float:
    """The map by t-SNE (van der Maaten and Hinton 2008; scikit-learn, perplexity 30): float32 (mapped, 2).

    It keeps neighbours together. Distances between groups and the sizes of groups mean little. Takes some seconds.
    """
    from sklearn.manifold import TSNE

    features = embedding.features[: embedding.mapped]
    spread = features.shape[1] > 1 and float(features.std(axis=0).max()) > 0
    tsne = TSNE(
        perplexity=min(30.0, (len(features) - 1) / 3), init="pca" if spread else "random", random_state=0, n_jobs=1
    )
    return np.asarray(tsne.fit_transform(features), np.float32)


def place_by_neighbours(points: Float, neighbours: Neighbours) -> tuple[float, float]:
    """The place of a new picture on a t-SNE map, which cannot take in new points: the mean of its neighbours' places.

    points: float32 (N, 2). Each neighbour is weighted by the inverse of its distance, so that a picture of the map gets
    its own place.
    """
    weights = 1 / np.maximum(neighbours.distances.astype(np.float64), 1e-9)
    x, y = (points[neighbours.rows] * (weights / weights.sum())[:, None]).sum(axis=0)
    return float(x), float(y)

"""Maps of an embedding by PCA and t-SNE, for layers of any width."""

from __future__ import annotations

import numpy as np
import pytest

from model.inspection.embedding import Embedding, nearest_neighbours
from model.inspection.embedding_map import pca_map, place_by_neighbours, tsne_map


def cloud(units: int, count: int = 60) -> Embedding:
    """Two groups of points, one per label."""
    generator = np.random.default_rng(0)
    labels = np.arange(count) % 2
    features = generator.normal(size=(count, units)) + 12 * labels[:, None]
    return Embedding(features.astype(np.float32), labels, np.arange(count), count - 10)


def test_pca_is_the_two_directions_of_greatest_variance() -> None:
    sample = cloud(5)
    pca = pca_map(sample)
    features = sample.features[: sample.mapped].astype(np.float64)
    _, scales, axes = np.linalg.svd(features - features.mean(axis=0), full_matrices=False)
    shares = scales**2 / (scales**2).sum()
    assert pca.explained == pytest.approx(shares[:2], rel=1e-3)
    expected = (features - features.mean(axis=0)) @ axes[:2].T
    np.testing.assert_allclose(np.abs(pca.points), np.abs(expected), atol=1e-3)
    for row in (0, 9):
        assert pca.place(sample.features[row]) == pytest.approx(pca.points[row], abs=1e-4)


@pytest.mark.parametrize("units", [1, 2])
def test_a_narrow_layer_has_maps_too(units: int) -> None:
    sample = cloud(units)
    pca = pca_map(sample)
    assert pca.points.shape == (50, 2)
    assert np.isfinite(pca.points).all()
    assert sum(pca.explained) == pytest.approx(1)
    assert np.isfinite(tsne_map(sample)).all()


def test_a_layer_whose_output_is_always_zero_has_maps_too() -> None:
    zeros = Embedding(np.zeros((40, 6), np.float32), np.zeros(40, np.int64), np.arange(40), 40)
    pca = pca_map(zeros)
    assert pca.explained == (0, 0)
    assert not pca.points.any()
    assert np.isfinite(tsne_map(zeros)).all()
    x, y = place_by_neighbours(pca.points, nearest_neighbours(zeros.features, zeros.features[0]))
    assert (x, y) == (0, 0)


def test_t_sne_keeps_groups_apart_and_gives_the_same_map_again() -> None:
    sample = cloud(5)
    points = tsne_map(sample)
    assert points.shape == (50, 2)
    np.testing.assert_array_equal(points, tsne_map(sample))  # same seed, same machine
    labels = sample.labels[: sample.mapped]
    for row, point in enumerate(points):
        distances = np.linalg.norm(points - point, axis=1)
        distances[row] = np.inf
        assert labels[distances.argmin()] == labels[row]


def test_a_new_point_is_placed_among_its_neighbours() -> None:
    sample = cloud(5)
    points = tsne_map(sample)
    features = sample.features[: sample.mapped]
    assert place_by_neighbours(points, nearest_neighbours(features, features[4])) == pytest.approx(points[4], abs=1e-4)
    near = nearest_neighbours(features, features[4] + 0.5)
    place = place_by_neighbours(points, near)
    around = points[near.rows]
    assert (around.min(axis=0) <= place).all()
    assert (place <= around.max(axis=0)).all()

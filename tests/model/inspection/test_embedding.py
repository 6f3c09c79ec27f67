"""The map of the data set: the right layer, the true neighbours, and maps for layers of any width."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings

from model.data.datasets import DataSet, to_float
from model.inspection.embedding import (
    Embedding,
    embed,
    hidden,
    nearest,
    neighbour_map,
    place_among,
    principal_components,
)
from model.network.config import ModelConfig
from tests.conftest import model_configs
from tests.model.inspection.test_attribution import assert_untouched, random_image, random_network, state_of, tensor


def cloud(units: int, count: int = 60) -> Embedding:
    """Two groups of points, one per label."""
    generator = np.random.default_rng(0)
    labels = np.arange(count) % 2
    features = generator.normal(size=(count, units)) + 12 * labels[:, None]
    return Embedding(features.astype(np.float32), labels, np.arange(count), count - 10)


@settings(max_examples=20)
@given(model_configs())
def test_the_features_are_the_last_hidden_layers(config: ModelConfig) -> None:
    network = random_network(config)
    images = torch.cat([tensor(random_image(seed)) for seed in range(3)])
    with torch.no_grad():
        expected = dict(network.stages(images))["dense_activation"].numpy()
    found = hidden(network, images)
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-5)
    grey = (images * 255).round().byte()
    with torch.no_grad():
        expected = dict(network.stages(to_float(grey)))["dense_activation"].numpy()
    np.testing.assert_allclose(hidden(network, grey), expected, rtol=1e-3, atol=1e-5)


def test_a_sample_of_the_training_pictures_keeps_its_labels_and_its_seed(digits: DataSet) -> None:
    network = random_network(ModelConfig(filters=(4,), dense_units=8))
    before = state_of(network)
    sample = embed(network, digits.train, count=150, mapped=40, seed=3)
    assert_untouched(network, before)
    assert sample.features.shape == (150, 8)
    assert len(set(sample.numbers.tolist())) == 150
    assert sample.mapped == 40
    np.testing.assert_array_equal(sample.labels, digits.train.labels.numpy()[sample.numbers])
    np.testing.assert_allclose(
        sample.features, hidden(network, digits.train.images[torch.from_numpy(sample.numbers)]), atol=1e-6
    )
    np.testing.assert_array_equal(embed(network, digits.train, 150, seed=3).numbers, sample.numbers)
    assert not np.array_equal(embed(network, digits.train, 150, seed=4).numbers, sample.numbers)
    everything = embed(network, digits.train)
    assert len(everything.labels) == len(digits.train)


def test_the_nearest_are_the_nearest() -> None:
    sample = cloud(5)
    point = sample.features[7] + 0.001
    near = nearest(sample.features, point, 5)
    distances = np.sqrt(((sample.features - point) ** 2).sum(axis=1))
    assert near.rows[0] == 7
    np.testing.assert_array_equal(near.rows, np.argsort(distances)[:5])
    np.testing.assert_allclose(near.distances, np.sort(distances)[:5], rtol=1e-4)
    assert len(nearest(sample.features[:3], point, 5).rows) == 3


def test_pca_is_the_two_directions_of_greatest_variance() -> None:
    sample = cloud(5)
    plane = principal_components(sample)
    features = sample.features[: sample.mapped].astype(np.float64)
    _, scales, axes = np.linalg.svd(features - features.mean(axis=0), full_matrices=False)
    shares = scales**2 / (scales**2).sum()
    assert plane.explained == pytest.approx(shares[:2], rel=1e-3)
    expected = (features - features.mean(axis=0)) @ axes[:2].T
    np.testing.assert_allclose(np.abs(plane.points), np.abs(expected), atol=1e-3)
    for row in (0, 9):
        assert plane.place(sample.features[row]) == pytest.approx(plane.points[row], abs=1e-4)


@pytest.mark.parametrize("units", [1, 2])
def test_a_narrow_layer_has_maps_too(units: int) -> None:
    sample = cloud(units)
    plane = principal_components(sample)
    assert plane.points.shape == (50, 2)
    assert np.isfinite(plane.points).all()
    assert sum(plane.explained) == pytest.approx(1)
    assert np.isfinite(neighbour_map(sample)).all()


def test_a_layer_that_never_answers_has_maps_too() -> None:
    silent = Embedding(np.zeros((40, 6), np.float32), np.zeros(40, np.int64), np.arange(40), 40)
    plane = principal_components(silent)
    assert plane.explained == (0, 0)
    assert not plane.points.any()
    assert np.isfinite(neighbour_map(silent)).all()
    x, y = place_among(plane.points, nearest(silent.features, silent.features[0]))
    assert (x, y) == (0, 0)


def test_t_sne_keeps_groups_apart_and_gives_the_same_map_again() -> None:
    sample = cloud(5)
    points = neighbour_map(sample)
    assert points.shape == (50, 2)
    np.testing.assert_array_equal(points, neighbour_map(sample))
    labels = sample.labels[: sample.mapped]
    for row, point in enumerate(points):
        distances = np.linalg.norm(points - point, axis=1)
        distances[row] = np.inf
        assert labels[distances.argmin()] == labels[row]


def test_a_new_point_is_placed_among_its_neighbours() -> None:
    sample = cloud(5)
    points = neighbour_map(sample)
    features = sample.features[: sample.mapped]
    assert place_among(points, nearest(features, features[4])) == pytest.approx(points[4], abs=1e-4)
    near = nearest(features, features[4] + 0.5)
    place = place_among(points, near)
    around = points[near.rows]
    assert (around.min(axis=0) <= place).all()
    assert (place <= around.max(axis=0)).all()

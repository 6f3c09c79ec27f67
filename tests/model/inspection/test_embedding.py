"""Embeddings: the features of the right layer, and the true neighbours."""

from __future__ import annotations

import numpy as np
import torch
from hypothesis import given, settings

from model.data.datasets import DataSet, to_float
from model.inspection.embedding import embed, hidden_features, nearest_neighbours
from model.network.config import ModelConfig
from tests.conftest import model_configs
from tests.model.inspection.helpers import as_batch, assert_unchanged, frozen_network, random_image, state_of


@settings(max_examples=20)
@given(model_configs())
def test_the_features_are_the_last_hidden_layers(config: ModelConfig) -> None:
    network = frozen_network(config)
    images = torch.cat([as_batch(random_image(seed)) for seed in range(3)])
    with torch.no_grad():
        expected = network.outputs(images)["dense_activation"].numpy()
    found = hidden_features(network, images)
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-5)
    grey = (images * 255).round().byte()
    with torch.no_grad():
        expected = network.outputs(to_float(grey))["dense_activation"].numpy()
    np.testing.assert_allclose(hidden_features(network, grey), expected, rtol=1e-3, atol=1e-5)


def test_a_sample_of_the_training_pictures_keeps_its_labels_and_its_seed(digits: DataSet) -> None:
    network = frozen_network(ModelConfig(filters=(4,), dense_units=8))
    before = state_of(network)
    sample = embed(network, digits.train, count=150, mapped=40, seed=3)
    assert_unchanged(network, before)
    assert sample.features.shape == (150, 8)
    assert len(set(sample.numbers.tolist())) == 150
    assert sample.mapped == 40
    np.testing.assert_array_equal(sample.labels, digits.train.labels.numpy()[sample.numbers])
    np.testing.assert_allclose(
        sample.features, hidden_features(network, digits.train.images[torch.from_numpy(sample.numbers)]), atol=1e-6
    )
    np.testing.assert_array_equal(embed(network, digits.train, 150, seed=3).numbers, sample.numbers)
    assert not np.array_equal(embed(network, digits.train, 150, seed=4).numbers, sample.numbers)
    everything = embed(network, digits.train)
    assert len(everything.labels) == len(digits.train)


def test_the_nearest_are_the_nearest_neighbours() -> None:
    features = np.random.default_rng(0).normal(size=(60, 5)).astype(np.float32)
    point = features[7] + 0.001
    near = nearest_neighbours(features, point, 5)
    distances = np.sqrt(((features - point) ** 2).sum(axis=1))
    assert near.rows[0] == 7
    np.testing.assert_array_equal(near.rows, np.argsort(distances)[:5])
    np.testing.assert_allclose(near.distances, np.sort(distances)[:5], rtol=1e-4)
    assert len(nearest_neighbours(features[:3], point, 5).rows) == 3

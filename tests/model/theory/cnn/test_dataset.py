"""The data set's figures against plain loops and the network's own answers."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from model.data.datasets import DataSet, ImageSet, to_float
from model.inspection.embedding import hidden_features
from model.network.config import ModelConfig
from model.theory.cnn.dataset import BATCH, NetworkResults, distance_from_mean, ink, network_results, slant, variety
from model.training.evaluation import compute_logits
from tests.networks import finish, random_network, random_pictures


def test_mean_and_spread_are_those_of_each_digit(digits: DataSet) -> None:
    found = variety(digits.test)
    assert int(found.counts.sum()) == len(digits.test)
    for digit in (0, 7):
        own = digits.test.images[digits.test.labels == digit, 0].numpy() / 255
        assert int(found.counts[digit]) == len(own)
        np.testing.assert_allclose(found.mean[digit].numpy(), own.mean(0), atol=1e-5)
        np.testing.assert_allclose(found.spread[digit].numpy(), own.std(0), atol=1e-5)


def test_a_digit_without_pictures_has_none(digits: DataSet) -> None:
    sevens = digits.test[digits.test.labels == 7]
    found = variety(sevens)
    assert found.counts.tolist() == [0] * 7 + [len(sevens), 0, 0]
    assert not found.mean[0].any()
    assert not found.spread[:7].any()
    assert found.spread.isfinite().all()


def stroke(lean: int) -> torch.Tensor:
    """A straight stroke, 21 pixels high, whose upper end stands `lean` pixels to the right of its lower one."""
    picture = torch.zeros(1, 1, 28, 28, dtype=torch.uint8)
    for y in range(21):
        picture[0, 0, 3 + y, 14 + round(lean * (10 - y) / 20)] = 255
    return picture


@pytest.mark.parametrize("lean", [-8, -4, 0, 4, 8])
def test_the_slant_is_the_angle_of_the_stroke(lean: int) -> None:
    assert float(slant(stroke(lean))[0]) == pytest.approx(math.degrees(math.atan(lean / 20)), abs=1.0)


def test_a_blank_picture_and_a_level_stroke_have_no_slant() -> None:
    level = torch.zeros(2, 1, 28, 28, dtype=torch.uint8)
    level[1, 0, 14, 5:20] = 255
    assert slant(level).tolist() == [0, 0]


def test_ink_is_the_mean_pixel() -> None:
    half = torch.zeros(1, 1, 28, 28, dtype=torch.uint8)
    half[..., :14] = 255
    assert float(ink(half)[0]) == pytest.approx(0.5)


def test_the_most_unusual_picture_has_the_largest_distance(digits: DataSet) -> None:
    ones = digits.test.images[digits.test.labels == 1]
    strange = torch.cat([ones, 255 - ones[:1]])
    assert int(distance_from_mean(strange).argmax()) == len(strange) - 1


@pytest.mark.parametrize(
    "config",
    [ModelConfig(filters=(4, 6), dense_units=8), ModelConfig(filters=(), dense_units=5, dropout=0.5)],
)
def test_the_results_are_the_logits_of_the_network(config: ModelConfig) -> None:
    network, images = random_network(config), random_pictures(2 * BATCH + 3)
    found = finish(network_results(network, images))
    torch.testing.assert_close(found.logits, compute_logits(network, images.images), atol=1e-4, rtol=1e-4)
    features = torch.from_numpy(hidden_features(network, images.images))
    own = images.labels == 3
    expected = (features[own] - features[own].mean(0)).norm(dim=1)
    torch.testing.assert_close(found.distance[own], expected, atol=1e-4, rtol=1e-4)


def test_the_most_unusual_pictures_come_first_and_have_the_label() -> None:
    labels = torch.tensor([3, 5, 3, 3, 5])
    found = NetworkResults(torch.zeros(5, 10), torch.tensor([1.0, 9.0, 3.0, 2.0, 8.0]))
    assert found.most_unusual(labels, 3, 2) == [2, 3]
    assert found.most_unusual(labels, 5, 9) == [1, 4]
    assert found.most_unusual(labels, 0, 9) == []


def test_an_empty_set_and_a_network_in_training_mode_are_refused() -> None:
    network = random_network(ModelConfig(filters=(2,), dense_units=3))
    with pytest.raises(ValueError, match="no pictures"):
        next(
            network_results(
                network, ImageSet(torch.empty(0, 1, 28, 28, dtype=torch.uint8), torch.empty(0, dtype=torch.long))
            )
        )
    with pytest.raises(ValueError, match="evaluation mode"):
        next(network_results(random_network(network.config).train(), random_pictures(3)))


def test_gradients_are_on_again_between_two_steps() -> None:
    work = network_results(random_network(ModelConfig(filters=(2,), dense_units=3)), random_pictures(BATCH + 1))
    next(work)
    assert not torch.is_inference_mode_enabled()
    assert to_float(random_pictures(1).images).requires_grad_().requires_grad

"""Trainings that start from a checkpoint."""

from __future__ import annotations

import pytest
import torch

from model.data.datasets import DataSet
from model.network.checkpoint import Checkpoint
from model.network.config import ModelConfig
from model.network.settings import SettingsError
from model.training.loop import train
from tests.conftest import SMALL_NETWORK, assert_one_sentence
from tests.model.training.trainings import brief, finished_of, same_weights, settings


def test_a_training_starts_from_the_weights_of_a_checkpoint(digits: DataSet, small_checkpoint: Checkpoint) -> None:
    config = settings(learning_rate=1e-7, train_images=200)
    finished = finished_of(list(train(SMALL_NETWORK, config, digits, small_checkpoint)))
    assert finished.test.accuracy == pytest.approx(small_checkpoint.metrics["test_accuracy"], abs=0.01)
    for name, tensor in small_checkpoint.weights.items():
        torch.testing.assert_close(finished.checkpoint.weights[name], tensor, rtol=0, atol=1e-5)


def test_the_initial_checkpoint_is_not_changed(digits: DataSet, small_checkpoint: Checkpoint) -> None:
    before = {name: tensor.clone() for name, tensor in small_checkpoint.weights.items()}
    list(train(SMALL_NETWORK, brief(learning_rate=0.1), digits, small_checkpoint))
    assert same_weights(small_checkpoint.weights, before)


def test_a_checkpoint_of_another_architecture_is_refused(digits: DataSet, small_checkpoint: Checkpoint) -> None:
    with pytest.raises(SettingsError) as caught:
        next(train(ModelConfig(), brief(), digits, small_checkpoint))
    assert_one_sentence(caught.value)
    assert "architecture" in str(caught.value)

"""Snapshots: the network at some of its steps."""

from __future__ import annotations

import pytest

from model.data.datasets import DataSet, split
from model.network.config import ModelConfig
from model.training.evaluation import evaluate
from model.training.events import SnapshotTaken, Started
from model.training.loop import train
from model.training.schedule import MAX_SNAPSHOTS, snapshot_steps
from model.training.trainer import SNAPSHOT_VALIDATION_IMAGES, Trainer
from tests.conftest import SMALL_NETWORK
from tests.model.training.trainings import (
    assert_same_score,
    brief,
    epochs_of,
    finish,
    finished_of,
    same_weights,
    settings,
    without_times,
)


def test_snapshots_are_the_networks_at_their_steps(digits: DataSet) -> None:
    config = settings(epochs=2, train_images=700, validation_share=0.2)
    events = list(train(SMALL_NETWORK, config, digits, snapshots=MAX_SNAPSHOTS))
    found = [event for event in events if isinstance(event, SnapshotTaken)]
    started = events[0]
    assert isinstance(started, Started)
    assert {event.step for event in found} == snapshot_steps(started.steps_per_epoch, 2)
    untrained = Trainer(SMALL_NETWORK, config, digits).checkpoint()
    assert same_weights(found[0].checkpoint.weights, untrained.weights)
    assert same_weights(found[-1].checkpoint.weights, epochs_of(events)[-1].checkpoint.weights)
    _, validation = split(digits.train, 700, 0.2, config.seed)
    for event in found:
        assert event.epoch == event.step / started.steps_per_epoch
        if event.validation is None:
            assert event.epoch in (1, 2), "the EpochEnd has the score at the end of an epoch"
        else:
            score = evaluate(event.checkpoint.build(), validation[:SNAPSHOT_VALIDATION_IMAGES])
            assert_same_score(event.validation, score)


def test_without_validation_images_snapshots_have_no_score(digits: DataSet) -> None:
    events = list(train(SMALL_NETWORK, brief(validation_share=0), digits, snapshots=8))
    assert [event.validation for event in events if isinstance(event, SnapshotTaken)] == [None] * 4


@pytest.mark.parametrize("averaging", [0.0, 0.9])
def test_snapshots_do_not_change_the_training(digits: DataSet, averaging: float) -> None:
    network = ModelConfig(filters=(4,), dense_units=8, batch_norm=True, dropout=0.5)
    config = brief(epochs=2, averaging=averaging, train_images=400, batch_size=16)
    plain = finish(config, digits, network)
    watched = finished_of(list(train(network, config, digits, snapshots=MAX_SNAPSHOTS)))
    assert same_weights(plain.checkpoint.weights, watched.checkpoint.weights)
    assert without_times(plain.checkpoint.metrics) == without_times(watched.checkpoint.metrics)

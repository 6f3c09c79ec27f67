"""Trainings that end early."""

from __future__ import annotations

import math
from pathlib import Path

from model.data.datasets import DataSet
from model.network.checkpoint import save_checkpoint
from model.network.train_config import TrainConfig
from model.recognizer import Recognizer
from model.training.evaluation import evaluate
from model.training.events import EpochEnd, Event, Progress
from model.training.loop import train
from tests.conftest import SMALL_NETWORK
from tests.model.training.trainings import assert_same_score, brief, epochs_of, finished_of, same_weights, settings


def stopped_after(calls: int, config: TrainConfig, data: DataSet) -> list[Event]:
    """The events of a training whose `stop` returns True after so many calls."""
    answers = iter([False] * calls)
    return list(train(SMALL_NETWORK, config, data, stop=lambda: next(answers, True)))


def test_a_training_stopped_in_a_later_epoch_ends_with_the_best_complete_epoch(digits: DataSet) -> None:
    config = brief(epochs=50)  # an epoch is one Progress
    events = stopped_after(3, config, digits)
    finished = finished_of(events)
    assert finished.stopped
    assert [event.epoch for event in epochs_of(events)] == [1, 2, 3]
    assert sum(isinstance(event, Progress) for event in events) == 4
    best = next(event for event in epochs_of(events) if event.epoch == finished.best_epoch)
    assert same_weights(finished.checkpoint.weights, best.checkpoint.weights)
    assert finished.checkpoint.metrics["epochs"] == 3
    assert_same_score(finished.test, evaluate(finished.checkpoint.build(), digits.test))


def test_a_training_stopped_in_its_first_epoch_ends_with_the_present_network(digits: DataSet) -> None:
    events = stopped_after(1, settings(epochs=50), digits)
    finished = finished_of(events)
    assert finished.stopped
    assert [event.step for event in events if isinstance(event, Progress)] == [10, 20]
    assert [event.epoch for event in epochs_of(events)] == [1]
    assert finished.best_epoch == 1
    assert math.isfinite(finished.test.loss)


def test_the_best_network_so_far_can_be_saved_when_the_generator_is_closed(digits: DataSet, tmp_path: Path) -> None:
    training = train(SMALL_NETWORK, brief(epochs=200), digits)
    best = None
    for event in training:
        if isinstance(event, EpochEnd):
            best = event.checkpoint if event.improved else best
        if isinstance(event, Progress) and event.epoch == 3:
            break
    training.close()
    assert list(training) == []
    assert best is not None
    save_checkpoint(best, tmp_path / "net")
    recognizer = Recognizer.load(tmp_path / "net")
    assert recognizer.read(digits.test.images[0, 0].numpy()).digit in range(10)
    assert recognizer.checkpoint.metrics["history"]


def test_the_generator_can_be_closed_at_any_event(digits: DataSet) -> None:
    for count in range(1, 6):
        training = train(SMALL_NETWORK, brief(epochs=2), digits)
        for _ in range(count):
            next(training)
        training.close()
        assert list(training) == []

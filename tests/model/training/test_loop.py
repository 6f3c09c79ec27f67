"""The training loop: its events, their numbers, and that the test images do not influence the training."""

from __future__ import annotations

import json
import math
import time
from dataclasses import replace
from itertools import groupby, pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from torch import Tensor

from model.data.datasets import DataSet, ImageSet, split
from model.network.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from model.network.config import ModelConfig
from model.training.evaluation import Score, compute_logits, evaluate
from model.training.events import EpochEnd, Event, Finished, Progress, Started
from model.training.loop import train
from model.training.schedule import MAX_SNAPSHOTS
from tests.conftest import SMALL_NETWORK
from tests.model.training.trainings import (
    assert_same_score,
    brief,
    epochs_of,
    finish,
    finished_of,
    run,
    same_weights,
    settings,
)


def test_the_events_come_in_order(events: list[Event]) -> None:
    kinds = [kind for kind, _ in groupby(type(event) for event in events)]
    assert kinds == [Started, *[Progress, EpochEnd] * 4, Finished]
    assert [event.epoch for event in epochs_of(events)] == [1, 2, 3, 4]


def test_the_first_event_describes_the_training(events: list[Event]) -> None:
    started = events[0]
    assert isinstance(started, Started)
    assert (started.images, started.validation_images) == (1365, 72)
    assert started.steps_per_epoch == math.ceil(1365 / 32)
    assert started.parameters == SMALL_NETWORK.parameters
    assert started.device == "cpu"
    assert started.precision in ("float32", "bfloat16")


def test_progress_counts_every_step_and_ends_at_the_last(events: list[Event]) -> None:
    started = events[0]
    assert isinstance(started, Started)
    progress = [event for event in events if isinstance(event, Progress)]
    steps = [event.step for event in progress]
    assert steps == sorted(set(steps))
    assert steps[-1] == 4 * started.steps_per_epoch
    assert max(later - earlier for earlier, later in pairwise([0, *steps])) <= 10, "a bar that moves"
    for event in progress:
        assert math.isfinite(event.loss)
        assert 0 <= event.accuracy <= 1
        assert 0 < event.learning_rate <= settings().learning_rate
        assert event.images_per_second > 0
        assert (event.step - 1) // started.steps_per_epoch + 1 == event.epoch


def test_the_loss_falls_and_most_digits_are_read(events: list[Event]) -> None:
    finished = finished_of(events)
    assert finished.test.accuracy > 0.85
    assert epochs_of(events)[-1].train_loss < epochs_of(events)[0].train_loss / 2


def test_the_result_is_the_best_epoch_on_the_validation_images(events: list[Event]) -> None:
    finished, epochs = finished_of(events), epochs_of(events)
    ranks = [(epoch.validation_accuracy, -(epoch.validation_loss or 0)) for epoch in epochs]
    assert finished.best_epoch == ranks.index(max(ranks)) + 1
    assert same_weights(finished.checkpoint.weights, epochs[finished.best_epoch - 1].checkpoint.weights)
    for number, epoch in enumerate(epochs):
        assert epoch.improved == (ranks[number] == max(ranks[: number + 1]))


def test_an_epoch_that_gets_worse_does_not_replace_the_best(digits: DataSet) -> None:
    # With such a high rate some epoch is worse than the one before it.
    events = run(settings(epochs=5, schedule="constant", learning_rate=0.05, train_images=400), digits)
    finished = finished_of(events)
    accuracies = [epoch.validation_accuracy for epoch in epochs_of(events)]
    best = [epoch.checkpoint for epoch in epochs_of(events) if epoch.improved][-1]
    assert same_weights(finished.checkpoint.weights, best.weights)
    assert finished.checkpoint.metrics["best_epoch"] == finished.best_epoch
    assert finished.checkpoint.metrics["validation_accuracy"] == max(accuracies)


def test_the_weights_of_an_earlier_event_are_not_changed_by_later_epochs(digits: DataSet) -> None:
    taken: list[tuple[Checkpoint, dict[str, Tensor]]] = []
    for event in train(SMALL_NETWORK, brief(epochs=3), digits):
        if isinstance(event, EpochEnd):
            copies = {name: tensor.clone() for name, tensor in event.checkpoint.weights.items()}
            taken.append((event.checkpoint, copies))
    assert not same_weights(taken[0][1], taken[1][1])
    assert all(same_weights(checkpoint.weights, copies) for checkpoint, copies in taken)


@pytest.mark.parametrize("averaging", [0.0, 0.9])
def test_the_validation_score_belongs_to_the_weights_of_the_event(digits: DataSet, averaging: float) -> None:
    config = brief(epochs=2, train_images=600, validation_share=0.3, averaging=averaging)
    _, validation = split(digits.train, 600, 0.3, config.seed)
    for event in train(SMALL_NETWORK, config, digits):
        if isinstance(event, EpochEnd):
            score = evaluate(event.checkpoint.build(), validation)
            assert event.validation_accuracy is not None
            assert event.validation_loss is not None
            assert event.validation_accuracy == event.checkpoint.metrics["validation_accuracy"]
            assert_same_score(score, Score(event.validation_loss, event.validation_accuracy, len(validation)))


def test_the_metrics_are_a_report_in_plain_numbers(events: list[Event], digits: DataSet) -> None:
    finished = finished_of(events)
    metrics = finished.checkpoint.metrics
    assert json.loads(json.dumps(metrics, allow_nan=False)) == metrics
    assert metrics["parameters"] == SMALL_NETWORK.parameters
    assert metrics["epochs"] == 4
    assert metrics["device"] == "cpu"
    assert metrics["train_seconds"] > 0
    assert len(metrics["history"]) == 4
    for record, epoch in zip(metrics["history"], epochs_of(events), strict=True):
        assert record == {name: getattr(epoch, name) for name in record}
        assert {"epoch", "train_loss", "train_accuracy", "validation_loss", "validation_accuracy"} <= set(record)
        assert epoch.checkpoint.metrics["history"] == metrics["history"][: epoch.epoch]
    assert finished.checkpoint.data == digits.name
    assert (finished.checkpoint.model, finished.checkpoint.train) == (SMALL_NETWORK, settings(epochs=4))


def test_only_the_result_is_scored_on_the_test_images(events: list[Event], digits: DataSet) -> None:
    finished = finished_of(events)
    score = evaluate(finished.checkpoint.build(), digits.test)
    assert_same_score(finished.test, score)
    assert finished.test.accuracy == finished.checkpoint.metrics["test_accuracy"]
    for epoch in epochs_of(events):
        assert "test_accuracy" not in epoch.checkpoint.metrics


def test_the_result_has_its_test_logits_and_a_score_on_training_images(events: list[Event], digits: DataSet) -> None:
    finished = finished_of(events)
    assert not finished.stopped
    logits = compute_logits(finished.checkpoint.build(), digits.test.images)
    assert finished.test_logits.shape == (len(digits.test), 10)
    torch.testing.assert_close(finished.test_logits, logits, rtol=1e-4, atol=1e-4)
    training, _ = split(digits.train, 60_000, settings().validation_share, 0)
    assert_same_score(finished.training, evaluate(finished.checkpoint.build(), training[: len(digits.test)]))


def test_a_finished_network_can_be_saved_and_read(events: list[Event], tmp_path: Path) -> None:
    finished = finished_of(events)
    save_checkpoint(finished.checkpoint, tmp_path / "net")
    loaded = load_checkpoint(tmp_path / "net")
    assert same_weights(loaded.weights, finished.checkpoint.weights)
    assert loaded.metrics == finished.checkpoint.metrics


def test_training_prints_nothing(digits: DataSet, capfd: pytest.CaptureFixture[str]) -> None:
    run(brief(), digits)
    assert capfd.readouterr() == ("", "")


def test_the_test_images_do_not_influence_the_training(digits: DataSet) -> None:
    count = len(digits.test)
    noise = torch.randint(256, (count, 1, 28, 28), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    honest = finish(brief(epochs=3), digits)
    other = finish(brief(epochs=3), replace(digits, test=ImageSet(noise, torch.zeros(count).long())))
    assert same_weights(honest.checkpoint.weights, other.checkpoint.weights)
    assert honest.best_epoch == other.best_epoch
    assert honest.test != other.test


def test_the_validation_images_are_not_trained_on(digits: DataSet) -> None:
    config = brief(train_images=400, validation_share=0.5)
    _, held_out = split(digits.train, 400, 0.5, config.seed)
    held_out_images = {picture.numpy().tobytes() for picture in held_out.images}
    labels = digits.train.labels.clone()
    for place, picture in enumerate(digits.train.images):
        if picture.numpy().tobytes() in held_out_images:
            labels[place] = (labels[place] + 1) % 10
    honest = finish(config, digits)
    other = finish(config, replace(digits, train=ImageSet(digits.train.images, labels)))
    assert same_weights(honest.checkpoint.weights, other.checkpoint.weights), "one epoch leaves no choice"
    assert honest.checkpoint.metrics["validation_accuracy"] != other.checkpoint.metrics["validation_accuracy"]


def test_without_validation_images_the_last_epoch_is_the_result(digits: DataSet) -> None:
    events = run(brief(epochs=3, validation_share=0), digits)
    finished = finished_of(events)
    assert finished.best_epoch == 3
    for epoch in epochs_of(events):
        assert epoch.validation_accuracy is None
        assert epoch.validation_loss is None
        assert epoch.improved, "there is something to save after each epoch"
    assert same_weights(epochs_of(events)[-1].checkpoint.weights, finished.checkpoint.weights)
    json.dumps(finished.checkpoint.metrics, allow_nan=False)


def test_progress_gives_a_copy_of_the_present_network(digits: DataSet) -> None:
    taken: list[Checkpoint] = []
    copies: list[dict[str, Tensor]] = []
    for event in train(SMALL_NETWORK, brief(epochs=3), digits):
        if isinstance(event, Progress):
            taken.append(event.network())
            copies.append({name: tensor.clone() for name, tensor in taken[-1].weights.items()})
    assert not same_weights(copies[0], copies[1])
    assert all(same_weights(now.weights, copy) for now, copy in zip(taken, copies, strict=True))


def test_the_time_in_which_the_consumer_holds_an_event_does_not_count(
    digits: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = 0.0
    monkeypatch.setattr("model.training.loop.time", SimpleNamespace(perf_counter=lambda: time.perf_counter() + held))
    begin = time.perf_counter()
    finished = None
    for event in train(SMALL_NETWORK, brief(epochs=2), digits, snapshots=MAX_SNAPSHOTS):
        held += 1000
        if isinstance(event, EpochEnd):
            assert event.seconds < 1000
        if isinstance(event, Progress):
            assert event.images_per_second > 100 / (time.perf_counter() - begin)
        finished = event
    assert isinstance(finished, Finished)
    assert finished.seconds < 1000


@pytest.mark.mnist
def test_one_epoch_of_5000_mnist_digits_reads_nine_of_ten(mnist: DataSet) -> None:
    few = replace(mnist, test=mnist.test[:2000])
    config = settings(data="mnist", train_images=5000)
    assert finish(config, few, ModelConfig(filters=(16, 32))).test.accuracy > 0.9

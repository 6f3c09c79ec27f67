"""Training: the events, the numbers they carry, and that the test pictures have no part in it."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Mapping
from dataclasses import replace
from itertools import groupby, pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from model.data.datasets import DataSet, ImageSet, split, to_float
from model.network.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from model.network.cnn import DigitCNN
from model.network.config import ModelConfig
from model.network.settings import SettingsError
from model.network.train_config import TrainConfig
from model.recognizer import Recognizer
from model.training.evaluation import evaluate, predict
from model.training.events import EpochEnd, Event, Finished, Progress, Snapshot, Started, TrainingDivergedError
from model.training.loop import CHECK_PICTURES, MAX_SNAPSHOTS, learning_rate_at, snapshot_steps, train
from tests.conftest import QUICK, SMALL_NETWORK, assert_one_sentence


def settings(**values: Any) -> TrainConfig:
    return TrainConfig(**{**QUICK, "epochs": 1, **values})


def brief(**values: Any) -> TrainConfig:
    """A training of a few steps."""
    return settings(**{"train_images": 200, "batch_size": 50, **values})


def run(config: TrainConfig, data: DataSet, network: ModelConfig = SMALL_NETWORK) -> list[Event]:
    return list(train(network, config, data))


UNVARIED = {"rotation": 0.0, "shift": 0.0, "scale": 0.0, "shear": 0.0}
"""Without augmentation two epochs are enough."""


def finish(config: TrainConfig, data: DataSet, network: ModelConfig = SMALL_NETWORK) -> Finished:
    finished = run(config, data, network)[-1]
    assert isinstance(finished, Finished)
    return finished


def same_weights(one: Mapping[str, Tensor], other: Mapping[str, Tensor]) -> bool:
    return all(torch.equal(one[name], other[name]) for name in one)


def without_times(metrics: Mapping[str, Any]) -> dict[str, Any]:
    history = [{name: value for name, value in epoch.items() if name != "seconds"} for epoch in metrics["history"]]
    return {name: value for name, value in metrics.items() if name != "train_seconds"} | {"history": history}


@pytest.fixture(scope="module")
def events(digits: DataSet) -> list[Event]:
    """A training of four epochs."""
    return run(settings(epochs=4), digits)


def epochs_of(events: list[Event]) -> list[EpochEnd]:
    return [event for event in events if isinstance(event, EpochEnd)]


# --- the events -------------------------------------------------------------------------------------------------------


def test_the_events_come_in_order(events: list[Event]) -> None:
    kinds = [kind for kind, _ in groupby(type(event) for event in events)]
    assert kinds == [Started, *[Progress, EpochEnd] * 4, Finished]
    assert [event.epoch for event in epochs_of(events)] == [1, 2, 3, 4]


def test_the_start_tells_what_will_be_trained_on(events: list[Event]) -> None:
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
    finished = events[-1]
    assert isinstance(finished, Finished)
    assert finished.test.accuracy > 0.85
    assert epochs_of(events)[-1].train_loss < epochs_of(events)[0].train_loss / 2


def test_the_best_epoch_on_the_validation_pictures_is_kept(events: list[Event]) -> None:
    finished, epochs = events[-1], epochs_of(events)
    assert isinstance(finished, Finished)
    ranks = [(epoch.validation_accuracy, -(epoch.validation_loss or 0)) for epoch in epochs]
    assert finished.best_epoch == ranks.index(max(ranks)) + 1
    assert same_weights(finished.checkpoint.weights, epochs[finished.best_epoch - 1].checkpoint.weights)
    for number, epoch in enumerate(epochs):
        assert epoch.improved == (ranks[number] == max(ranks[: number + 1]))


def test_an_epoch_that_gets_worse_does_not_replace_the_best(digits: DataSet) -> None:
    # So high a rate is chaos after its first steps: some epoch is worse than one before it.
    events = run(settings(epochs=5, schedule="constant", learning_rate=0.05, train_images=400), digits)
    finished = events[-1]
    assert isinstance(finished, Finished)
    accuracies = [epoch.validation_accuracy for epoch in epochs_of(events)]
    kept = [epoch.checkpoint for epoch in epochs_of(events) if epoch.improved][-1]
    assert same_weights(finished.checkpoint.weights, kept.weights)
    assert finished.checkpoint.metrics["best_epoch"] == finished.best_epoch
    assert finished.checkpoint.metrics["validation_accuracy"] == max(accuracies)


def test_the_weights_of_an_earlier_event_are_not_changed_by_later_epochs(digits: DataSet) -> None:
    kept: list[tuple[Checkpoint, dict[str, Tensor]]] = []
    for event in train(SMALL_NETWORK, brief(epochs=3), digits):
        if isinstance(event, EpochEnd):
            copies = {name: tensor.clone() for name, tensor in event.checkpoint.weights.items()}
            kept.append((event.checkpoint, copies))
    assert not same_weights(kept[0][1], kept[1][1])
    assert all(same_weights(checkpoint.weights, copies) for checkpoint, copies in kept)


@pytest.mark.parametrize("averaging", [0.0, 0.9])
def test_the_validation_score_is_that_of_the_weights_offered(digits: DataSet, averaging: float) -> None:
    config = brief(epochs=2, train_images=600, validation_share=0.3, averaging=averaging)
    _, validation = split(digits.train, 600, 0.3, config.seed)
    for event in train(SMALL_NETWORK, config, digits):
        if isinstance(event, EpochEnd):
            score = evaluate(event.checkpoint.build(), validation)
            assert score.accuracy == event.validation_accuracy == event.checkpoint.metrics["validation_accuracy"]
            assert score.loss == pytest.approx(event.validation_loss, rel=1e-4)


def test_the_result_is_scored_once_on_all_test_pictures(events: list[Event], digits: DataSet) -> None:
    finished = events[-1]
    assert isinstance(finished, Finished)
    score = evaluate(finished.checkpoint.build(), digits.test)
    assert score.accuracy == finished.test.accuracy == finished.checkpoint.metrics["test_accuracy"]
    for epoch in epochs_of(events):
        assert "test_accuracy" not in epoch.checkpoint.metrics


def test_the_metrics_are_a_report_in_plain_numbers(events: list[Event], digits: DataSet) -> None:
    finished = events[-1]
    assert isinstance(finished, Finished)
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


def test_a_finished_network_can_be_saved_and_read(events: list[Event], tmp_path: Path) -> None:
    finished = events[-1]
    assert isinstance(finished, Finished)
    save_checkpoint(finished.checkpoint, tmp_path / "net")
    loaded = load_checkpoint(tmp_path / "net")
    assert same_weights(loaded.weights, finished.checkpoint.weights)
    assert loaded.metrics == finished.checkpoint.metrics


def test_training_says_nothing_on_its_own(digits: DataSet, capfd: pytest.CaptureFixture[str]) -> None:
    run(brief(), digits)
    assert capfd.readouterr() == ("", "")


# --- the same and not the same ----------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_numbers_and_another_seed_others(digits: DataSet) -> None:
    one, again, other = (
        finish(brief(epochs=2, seed=seed, elastic=1.0, thickness=1.0, validation_share=0.2), digits)
        for seed in (1, 1, 2)
    )
    assert same_weights(one.checkpoint.weights, again.checkpoint.weights)
    assert without_times(one.checkpoint.metrics) == without_times(again.checkpoint.metrics)
    assert not same_weights(one.checkpoint.weights, other.checkpoint.weights)


def test_what_was_drawn_at_random_before_does_not_matter(digits: DataSet) -> None:
    network = replace_dropout(0.5)
    one = finish(brief(), digits, network)
    torch.rand(17)
    assert same_weights(finish(brief(), digits, network).checkpoint.weights, one.checkpoint.weights)


def replace_dropout(dropout: float) -> ModelConfig:
    return SMALL_NETWORK.model_copy(update={"dropout": dropout})


def test_the_test_pictures_have_no_part_in_the_training(digits: DataSet) -> None:
    count = len(digits.test)
    garbage = ImageSet(torch.randint(0, 256, (count, 1, 28, 28), dtype=torch.uint8), torch.zeros(count).long())
    honest = finish(brief(epochs=3), digits)
    other = finish(brief(epochs=3), replace(digits, test=garbage))
    assert same_weights(honest.checkpoint.weights, other.checkpoint.weights)
    assert honest.best_epoch == other.best_epoch
    assert honest.test != other.test


def test_the_validation_pictures_are_not_trained_on(digits: DataSet) -> None:
    config = brief(train_images=400, validation_share=0.5)
    _, held_out = split(digits.train, 400, 0.5, config.seed)
    spoilt = {picture.numpy().tobytes() for picture in held_out.images}
    labels = digits.train.labels.clone()
    for place, picture in enumerate(digits.train.images):
        if picture.numpy().tobytes() in spoilt:
            labels[place] = (labels[place] + 1) % 10
    honest = finish(config, digits)
    other = finish(config, replace(digits, train=ImageSet(digits.train.images, labels)))
    assert same_weights(honest.checkpoint.weights, other.checkpoint.weights), "one epoch: nothing to choose"
    assert honest.checkpoint.metrics["validation_accuracy"] != other.checkpoint.metrics["validation_accuracy"]


def test_the_data_set_is_not_changed_by_training_on_it(digits: DataSet) -> None:
    before = digits.train.images.clone()
    run(brief(thickness=2.0, elastic=1.0), digits)
    assert torch.equal(digits.train.images, before)


# --- the order of the pictures ----------------------------------------------------------------------------------------


def pictures_in_order(config: TrainConfig, data: DataSet, network: ModelConfig = SMALL_NETWORK) -> list[bytes]:
    """The labels of every batch, as the loop meets them."""
    seen: list[bytes] = []

    def watch(logits: Tensor, labels: Tensor, **options: Any) -> Tensor:
        if logits.requires_grad:
            seen.append(labels.numpy().tobytes())
        return F.cross_entropy(logits, labels, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("model.training.loop.F", SimpleNamespace(cross_entropy=watch))
        run(config, data, network)
    return seen


def test_the_order_of_the_pictures_depends_on_nothing_but_the_seed(digits: DataSet) -> None:
    plain = pictures_in_order(brief(epochs=3, **UNVARIED), digits)
    assert len(plain) == 3 * 4
    assert len(set(plain)) == len(plain), "another order in each epoch"
    assert pictures_in_order(brief(epochs=3, elastic=1.0, thickness=1.0), digits) == plain
    assert pictures_in_order(brief(epochs=3, optimizer="sgd"), digits, replace_dropout(0.5)) == plain
    assert pictures_in_order(brief(epochs=3, seed=1), digits) != plain


# --- networks on the way ----------------------------------------------------------------------------------------------


@given(st.integers(1, 8000), st.integers(1, 300), st.integers(8, MAX_SNAPSHOTS))
def test_snapshots_begin_at_the_start_and_end_at_the_end(steps: int, epochs: int, most: int) -> None:
    chosen = sorted(snapshot_steps(steps, epochs, most))
    assert chosen[-1] == steps * epochs
    assert len(chosen) <= most
    assert all(step <= steps or step % steps == 0 for step in chosen), "within the first epoch, or at the end of one"
    assert chosen[0] == 0
    assert snapshot_steps(steps, epochs, 0) == frozenset()


@pytest.mark.parametrize("most", [4, 5, 6, 7])
def test_few_snapshots_of_a_large_network_begin_at_the_start_too(most: int) -> None:
    chosen = sorted(snapshot_steps(900, 12, most))
    assert (len(chosen), chosen[0], chosen[-1]) == (most, 0, 900 * 12)


@given(st.integers(64, 8000), st.integers(1, 300))
def test_the_first_epoch_is_seen_closely_and_later_ones_evenly(steps: int, epochs: int) -> None:
    chosen = sorted(snapshot_steps(steps, epochs))
    assert sum(0 < step < steps for step in chosen) >= 5
    ends = [step // steps for step in chosen if step >= steps]
    gaps = [later - earlier for earlier, later in pairwise(ends)]
    assert ends[0] == 1
    assert not gaps or max(gaps) - min(gaps) <= 1
    if epochs <= 12:
        assert ends == list(range(1, epochs + 1))


def test_snapshots_are_the_networks_at_their_steps(digits: DataSet) -> None:
    config = settings(epochs=2, train_images=700, validation_share=0.2)
    events = list(train(SMALL_NETWORK, config, digits, snapshots=MAX_SNAPSHOTS))
    found = [event for event in events if isinstance(event, Snapshot)]
    started = events[0]
    assert isinstance(started, Started)
    assert {event.step for event in found} == snapshot_steps(started.steps_per_epoch, 2)
    torch.manual_seed(config.seed)
    assert same_weights(found[0].checkpoint.weights, DigitCNN(SMALL_NETWORK).state_dict())
    assert same_weights(found[-1].checkpoint.weights, epochs_of(events)[-1].checkpoint.weights)
    _, validation = split(digits.train, 700, 0.2, config.seed)
    for event in found:
        assert event.epoch == event.step / started.steps_per_epoch
        if event.validation is None:
            assert event.epoch in (1, 2), "at the end of an epoch its EpochEnd tells it"
        else:
            assert event.validation == evaluate(event.checkpoint.build(), validation[:CHECK_PICTURES])


def test_without_validation_snapshots_have_no_score(digits: DataSet) -> None:
    events = list(train(SMALL_NETWORK, brief(validation_share=0), digits, snapshots=8))
    assert [event.validation for event in events if isinstance(event, Snapshot)] == [None] * 4


@pytest.mark.parametrize("averaging", [0.0, 0.9])
def test_snapshots_do_not_change_the_training(digits: DataSet, averaging: float) -> None:
    network = ModelConfig(filters=(4,), dense_units=8, batch_norm=True, dropout=0.5)
    config = brief(epochs=3, averaging=averaging, train_images=600, batch_size=16)
    plain = finish(config, digits, network)
    watched = list(train(network, config, digits, snapshots=MAX_SNAPSHOTS))[-1]
    assert isinstance(watched, Finished)
    assert same_weights(plain.checkpoint.weights, watched.checkpoint.weights)
    assert without_times(plain.checkpoint.metrics) == without_times(watched.checkpoint.metrics)


def test_progress_hands_out_the_network_of_its_moment(digits: DataSet) -> None:
    taken: list[Checkpoint] = []
    copies: list[dict[str, Tensor]] = []
    for event in train(SMALL_NETWORK, brief(epochs=3), digits):
        if isinstance(event, Progress):
            taken.append(event.network())
            copies.append({name: tensor.clone() for name, tensor in taken[-1].weights.items()})
    assert not same_weights(copies[0], copies[1])
    assert all(same_weights(now.weights, copy) for now, copy in zip(taken, copies, strict=True))


# --- stopping ---------------------------------------------------------------------------------------------------------


def stopped_after(calls: int, config: TrainConfig, data: DataSet) -> list[Event]:
    answers = iter([False] * calls)
    return list(train(SMALL_NETWORK, config, data, stop=lambda: next(answers, True)))


def test_a_run_stopped_in_a_later_epoch_ends_with_the_best_one_before_it(digits: DataSet) -> None:
    config = brief(epochs=50)  # an epoch is one Progress
    events = stopped_after(3, config, digits)
    finished = events[-1]
    assert isinstance(finished, Finished)
    assert finished.stopped
    assert [event.epoch for event in epochs_of(events)] == [1, 2, 3]
    assert sum(isinstance(event, Progress) for event in events) == 4
    kept = next(event for event in epochs_of(events) if event.epoch == finished.best_epoch)
    assert same_weights(finished.checkpoint.weights, kept.checkpoint.weights)
    assert finished.checkpoint.metrics["epochs"] == 3
    assert finished.test == evaluate(finished.checkpoint.build(), digits.test)
    assert not finish(brief(epochs=2), digits).stopped


def test_a_run_stopped_in_its_first_epoch_ends_with_what_there_is(digits: DataSet) -> None:
    events = stopped_after(1, settings(epochs=50), digits)
    finished = events[-1]
    assert isinstance(finished, Finished)
    assert finished.stopped
    assert [event.step for event in events if isinstance(event, Progress)] == [10, 20]
    assert [event.epoch for event in epochs_of(events)] == [1]
    assert finished.best_epoch == 1
    assert math.isfinite(finished.test.loss)


def test_the_time_in_which_an_event_is_held_is_no_time_of_training(
    digits: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = 0.0
    monkeypatch.setattr("model.training.loop.time", SimpleNamespace(perf_counter=lambda: time.perf_counter() + held))
    begin = time.perf_counter()
    for event in train(SMALL_NETWORK, brief(epochs=2), digits, snapshots=MAX_SNAPSHOTS):
        held += 1000
        if isinstance(event, EpochEnd):
            assert event.seconds < 1000
        if isinstance(event, Progress):
            assert event.images_per_second > 100 / (time.perf_counter() - begin)
    assert isinstance(event, Finished)
    assert event.seconds < 1000


# --- the result -------------------------------------------------------------------------------------------------------


def test_the_result_comes_with_its_answers_and_with_the_score_on_plain_training_pictures(
    events: list[Event], digits: DataSet
) -> None:
    finished = events[-1]
    assert isinstance(finished, Finished)
    assert not finished.stopped
    logits = predict(finished.checkpoint.build(), digits.test.images)
    assert finished.test_logits.shape == (len(digits.test), 10)
    torch.testing.assert_close(finished.test_logits, logits, rtol=1e-4, atol=1e-4)
    training, _ = split(digits.train, 60_000, settings().validation_share, 0)
    assert finished.training.count == len(digits.test)
    score = evaluate(finished.checkpoint.build(), training[: len(digits.test)])
    assert finished.training.accuracy == score.accuracy


def test_a_few_training_pictures_are_learned_by_heart(digits: DataSet) -> None:
    finished = finish(settings(train_images=100, batch_size=10, epochs=30, schedule="constant", **UNVARIED), digits)
    assert finished.training.accuracy == 1
    assert finished.training.accuracy - finished.test.accuracy > 0.05, "the gap of a network that learned by heart"


# --- labels matched at random -----------------------------------------------------------------------------------------


def test_shuffled_labels_are_the_same_ones_on_other_training_pictures(digits: DataSet) -> None:
    config = brief(shuffle_labels=True, train_images=400, validation_share=0.1, **UNVARIED)
    seen: list[tuple[bytes, int]] = []

    def watch(images: Tensor, config: TrainConfig, generator: torch.Generator) -> Tensor:
        seen.extend((picture.numpy().tobytes(), 0) for picture in images)
        return images

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("model.training.loop.augment", watch)
        shuffled, honest = (
            b"".join(pictures_in_order(each, digits))
            for each in (config, config.model_copy(update={"shuffle_labels": False}))
        )
    half = len(seen) // 2
    assert seen[:half] == seen[half:], "the same pictures in the same order"
    labels, true = (np.frombuffer(each, np.int64) for each in (shuffled, honest))
    assert sorted(labels) == sorted(true), "the same labels"
    assert (labels == true).mean() < 0.25, "matched at random"


def test_validation_pictures_keep_their_true_labels(digits: DataSet, small_checkpoint: Checkpoint) -> None:
    config = brief(shuffle_labels=True, train_images=400, validation_share=0.5, learning_rate=1e-7)
    end = epochs_of(list(train(SMALL_NETWORK, config, digits, small_checkpoint)))[0]
    assert end.train_accuracy < 0.3
    assert end.validation_accuracy is not None
    assert end.validation_accuracy > 0.6


def test_shuffled_labels_teach_nothing_about_the_test_pictures(digits: DataSet) -> None:
    config = settings(epochs=3, shuffle_labels=True)
    test_labels = digits.test.labels.clone()
    finished, again = finish(config, digits), finish(config, digits)
    assert same_weights(finished.checkpoint.weights, again.checkpoint.weights), "the same seed, the same labels"
    assert finished.test.accuracy < 0.3
    assert torch.equal(digits.test.labels, test_labels)
    assert finished.test.accuracy == evaluate(finished.checkpoint.build(), digits.test).accuracy
    assert pictures_in_order(brief(shuffle_labels=True), digits) != pictures_in_order(
        brief(shuffle_labels=True, seed=1), digits
    )


# --- settings ---------------------------------------------------------------------------------------------------------


def test_fewer_training_images_are_a_faster_epoch(digits: DataSet) -> None:
    started = run(brief(train_images=150, validation_share=0.1), digits)[0]
    assert isinstance(started, Started)
    assert (started.images, started.validation_images, started.steps_per_epoch) == (135, 15, 3)


def test_without_a_validation_share_the_last_epoch_stands(digits: DataSet) -> None:
    events = run(brief(epochs=3, validation_share=0), digits)
    finished = events[-1]
    assert isinstance(finished, Finished)
    assert finished.best_epoch == 3
    for epoch in epochs_of(events):
        assert epoch.validation_accuracy is None
        assert epoch.validation_loss is None
        assert epoch.improved, "there is something to save after each epoch"
    assert same_weights(epochs_of(events)[-1].checkpoint.weights, finished.checkpoint.weights)
    json.dumps(finished.checkpoint.metrics, allow_nan=False)


@pytest.mark.parametrize("optimizer", ["adam", "adamw", "sgd"])
@pytest.mark.parametrize("schedule", ["one-cycle", "cosine", "constant"])
def test_every_optimizer_learns_on_every_schedule(digits: DataSet, optimizer: str, schedule: str) -> None:
    rate = 0.05 if optimizer == "sgd" else 0.005
    config = settings(optimizer=optimizer, schedule=schedule, learning_rate=rate, epochs=2, **UNVARIED)
    assert finish(config, digits).test.accuracy > 0.6


@pytest.mark.parametrize(
    "changed",
    [
        {"optimizer": "sgd"},
        {"optimizer": "sgd", "momentum": 0.0},
        {"weight_decay": 0.1},
        {"optimizer": "adamw", "weight_decay": 0.1},
        {"label_smoothing": 0.2},
        {"learning_rate": 1e-3},
        {"schedule": "constant"},
        {"rotation": 0.0},
        {"shift": 0.0},
        {"scale": 0.0},
        {"shear": 0.0},
        {"aspect": 0.2},
        {"elastic": 1.0},
        {"thickness": 1.0},
        {"averaging": 0.9},
        {"shuffle_labels": True},
        {"batch_size": 25},
        {"train_images": 150},
    ],
    ids=str,
)
def test_every_setting_has_an_effect_and_leaves_a_usable_network(digits: DataSet, changed: dict[str, Any]) -> None:
    plain, other = (finish(brief(**values), digits) for values in ({}, changed))
    assert not same_weights(plain.checkpoint.weights, other.checkpoint.weights)
    assert all(tensor.isfinite().all() for tensor in other.checkpoint.weights.values())


@pytest.mark.parametrize("network", [SMALL_NETWORK, SMALL_NETWORK.model_copy(update={"batch_norm": True})], ids=str)
def test_averaging_keeps_the_mean_of_the_way_and_does_not_change_the_way(digits: DataSet, network: ModelConfig) -> None:
    def one_step_each(averaging: float) -> list[EpochEnd]:
        return epochs_of(run(brief(epochs=4, batch_size=4096, averaging=averaging), digits, network))

    plain, averaged = one_step_each(0.0), one_step_each(0.2)
    assert [epoch.train_loss for epoch in plain] == [epoch.train_loss for epoch in averaged]
    for step, memory in ((2, 2 / 12), (3, 0.2), (4, 0.2)):  # short at first, and never above the setting
        before, after = averaged[step - 2].checkpoint.weights, averaged[step - 1].checkpoint.weights
        for name, present in plain[step - 1].checkpoint.weights.items():
            if present.is_floating_point():
                torch.testing.assert_close(after[name], before[name] * memory + present * (1 - memory))
            else:
                assert torch.equal(after[name], present)


def test_a_few_epochs_read_nine_of_ten_digits(digits: DataSet) -> None:
    finished = finish(settings(epochs=4, averaging=0.95, schedule="constant"), digits)
    assert finished.test.accuracy > 0.9
    assert finished.test.accuracy == evaluate(finished.checkpoint.build(), digits.test).accuracy


def test_label_smoothing_keeps_the_loss_from_reaching_zero(digits: DataSet) -> None:
    smooth = epochs_of(run(settings(epochs=3, label_smoothing=0.5), digits))[-1]
    assert smooth.train_loss > 1
    assert smooth.train_accuracy > 0.7


@pytest.mark.parametrize(
    "network",
    [
        ModelConfig(filters=(4,), batch_norm=True, dropout=0.5, dense_units=16),
        ModelConfig(filters=(4, 4, 4, 4), dense_units=8, activation="gelu"),
        ModelConfig(filters=(4, 4), kernel_size=(7, 2), pooling="average", batch_norm=True, activation="tanh"),
        ModelConfig(filters=(2,), kernel_size=9, pooling="none", dropout=0.9, activation="mish"),
    ],
    ids=str,
)
def test_networks_of_every_kind_can_be_trained_and_saved(digits: DataSet, network: ModelConfig, tmp_path: Path) -> None:
    finished = finish(brief(), digits, network)
    save_checkpoint(finished.checkpoint, tmp_path / "net")
    score = evaluate(load_checkpoint(tmp_path / "net").build(), digits.test)
    assert score.accuracy == finished.test.accuracy


def test_batch_norm_learns_the_means_of_the_training_pictures(digits: DataSet) -> None:
    network = ModelConfig(filters=(4,), dense_units=8, batch_norm=True)
    weights = finish(brief(), digits, network).checkpoint.weights
    assert weights["blocks.0.norm.running_mean"].abs().sum() > 0
    assert weights["blocks.0.norm.num_batches_tracked"] == 4


def test_a_last_batch_of_one_picture_is_no_crash(digits: DataSet) -> None:
    # Four layers shrink the feature map to one pixel, and there is no variance in one value per channel.
    network = ModelConfig(filters=(4, 4, 4, 4), dense_units=8, batch_norm=True)
    finished = finish(brief(train_images=101, batch_size=50, validation_share=0), digits, network)
    assert all(tensor.isfinite().all() for tensor in finished.checkpoint.weights.values())


def test_a_batch_larger_than_the_set_is_one_step(digits: DataSet) -> None:
    started, *_, finished = run(brief(batch_size=4096), digits)
    assert isinstance(started, Started)
    assert isinstance(finished, Finished)
    assert started.steps_per_epoch == 1


# --- what goes wrong --------------------------------------------------------------------------------------------------


def test_a_loss_that_is_no_number_ends_the_run_with_advice(digits: DataSet) -> None:
    elu = SMALL_NETWORK.model_copy(update={"activation": "elu"})
    with pytest.raises(TrainingDivergedError) as caught:
        run(settings(optimizer="sgd", learning_rate=100.0, schedule="constant", momentum=0.0), digits, elu)
    assert_one_sentence(caught.value)
    assert "learning rate" in str(caught.value)
    assert "100" in str(caught.value)
    assert "such as 10" in str(caught.value)


def about_to_overflow() -> Checkpoint:
    """A network with a small loss whose next step is too large for any number."""
    network = ModelConfig(filters=(2,), dense_units=8)
    weights = {name: torch.zeros_like(tensor) for name, tensor in DigitCNN(network).state_dict().items()}
    weights["blocks.0.conv.bias"] += 1000
    weights["dense.bias"] += 1e-36
    weights["output.weight"] = torch.randn(10, 8, generator=torch.Generator().manual_seed(0)) * 1e36
    return Checkpoint(network, TrainConfig(), weights, "digits")


def test_a_last_step_that_ruins_the_weights_is_reported_and_not_handed_out(digits: DataSet) -> None:
    ruin = brief(
        optimizer="sgd", momentum=0.0, learning_rate=100.0, schedule="constant", batch_size=4096, validation_share=0
    )
    start = about_to_overflow()
    with pytest.raises(TrainingDivergedError):
        for event in train(start.model, ruin, digits, start):
            if isinstance(event, EpochEnd | Finished):  # it would replace a good file by one that cannot be loaded
                assert all(tensor.isfinite().all() for tensor in event.checkpoint.weights.values())


@pytest.mark.parametrize("device", ["cuda", "mps"])
def test_a_device_that_is_not_there_is_a_settings_error(digits: DataSet, device: str) -> None:
    backend = torch.cuda if device == "cuda" else torch.backends.mps
    if backend.is_available():
        pytest.skip(f"this machine has {device}")
    with pytest.raises(SettingsError) as caught:
        next(train(SMALL_NETWORK, brief(device=device), digits))
    assert_one_sentence(caught.value)
    assert device in str(caught.value)
    assert "cpu" in str(caught.value)


def test_auto_takes_a_device_that_is_there(digits: DataSet) -> None:
    started = next(train(SMALL_NETWORK, brief(device="auto"), digits))
    assert isinstance(started, Started)
    assert torch.ones(1, device=started.device).item() == 1


def test_a_run_stopped_early_leaves_the_best_network_so_far(digits: DataSet, tmp_path: Path) -> None:
    running = train(SMALL_NETWORK, settings(epochs=200), digits)
    best = None
    for event in running:
        if isinstance(event, EpochEnd):
            best = event.checkpoint if event.improved else best
        if isinstance(event, Progress) and event.epoch == 3:
            break
    running.close()
    assert list(running) == []
    assert best is not None
    save_checkpoint(best, tmp_path / "net")
    recognizer = Recognizer.load(tmp_path / "net")
    assert recognizer.read(digits.test.images[0, 0].numpy()).digit in range(10)
    assert recognizer.checkpoint.metrics["history"]


def test_a_run_may_be_stopped_at_any_event(digits: DataSet) -> None:
    for count in range(1, 6):
        running = train(SMALL_NETWORK, brief(epochs=2), digits)
        for _ in range(count):
            next(running)
        running.close()
    finish(brief(), digits)


# --- going on from a checkpoint ---------------------------------------------------------------------------------------


def test_a_training_goes_on_from_a_checkpoint(digits: DataSet, small_checkpoint: Checkpoint) -> None:
    config = settings(learning_rate=1e-7, train_images=200)
    *_, finished = train(SMALL_NETWORK, config, digits, small_checkpoint)
    assert isinstance(finished, Finished)
    assert finished.test.accuracy == pytest.approx(small_checkpoint.metrics["test_accuracy"], abs=0.01)
    for name, tensor in small_checkpoint.weights.items():
        torch.testing.assert_close(finished.checkpoint.weights[name], tensor, rtol=0, atol=1e-5)


def test_the_checkpoint_that_a_training_goes_on_from_is_not_changed(
    digits: DataSet, small_checkpoint: Checkpoint
) -> None:
    before = {name: tensor.clone() for name, tensor in small_checkpoint.weights.items()}
    list(train(SMALL_NETWORK, brief(learning_rate=0.1), digits, small_checkpoint))
    assert same_weights(small_checkpoint.weights, before)


def test_going_on_with_another_architecture_is_refused(digits: DataSet, small_checkpoint: Checkpoint) -> None:
    with pytest.raises(SettingsError) as caught:
        next(train(ModelConfig(), brief(), digits, small_checkpoint))
    assert_one_sentence(caught.value)
    assert "architecture" in str(caught.value)


# --- the learning rate ------------------------------------------------------------------------------------------------


@given(
    st.sampled_from(["one-cycle", "cosine", "constant"]), st.floats(1e-7, 100), st.floats(0, 1, allow_subnormal=False)
)
def test_the_learning_rate_is_never_negative_and_never_above_its_maximum(
    schedule: str, rate: float, done: float
) -> None:
    now = learning_rate_at(TrainConfig(schedule=schedule, learning_rate=rate), done)
    assert 0 <= now <= rate * (1 + 1e-12)


def test_each_schedule_has_its_form() -> None:
    share = [step / 1000 for step in range(1001)]
    rates = {
        schedule: [learning_rate_at(TrainConfig(schedule=schedule, learning_rate=0.5), done) for done in share]
        for schedule in ("one-cycle", "cosine", "constant")
    }
    assert set(rates["constant"]) == {0.5}
    assert rates["cosine"] == sorted(rates["cosine"], reverse=True)
    assert rates["cosine"][0] == 0.5
    assert rates["cosine"][500] == pytest.approx(0.25)
    assert rates["cosine"][-1] == pytest.approx(0, abs=1e-9)
    top = rates["one-cycle"].index(max(rates["one-cycle"]))
    assert top == 250
    assert rates["one-cycle"][:251] == sorted(rates["one-cycle"][:251])
    assert rates["one-cycle"][250:] == sorted(rates["one-cycle"][250:], reverse=True)
    assert rates["one-cycle"][0] == pytest.approx(0.05)
    assert max(rates["one-cycle"]) == pytest.approx(0.5)
    assert rates["one-cycle"][-1] == 0
    for curve in rates.values():
        assert max(abs(later - earlier) for earlier, later in pairwise(curve)) < 0.005, "no jumps"


# --- evaluation -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("training", [True, False])
def test_scoring_leaves_the_network_as_it_was(digits: DataSet, training: bool) -> None:
    torch.manual_seed(0)
    network = DigitCNN(ModelConfig(filters=(4,), dense_units=8, batch_norm=True, dropout=0.5)).train(training)
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    one, again = (evaluate(network, digits.test) for _ in range(2))
    assert one == again, "without dropout"
    assert network.training == training
    assert all(layer.training == training for layer in network.modules())
    assert same_weights(network.state_dict(), before)
    assert all(parameter.requires_grad for parameter in network.parameters())


def test_the_mode_is_restored_after_an_error_too() -> None:
    network = DigitCNN(ModelConfig(filters=(4,), dense_units=8)).train()
    with pytest.raises(RuntimeError):
        predict(network, torch.zeros(2, 3, 28, 28, dtype=torch.uint8))
    assert network.training


def test_a_score_is_what_it_says(digits: DataSet, small_checkpoint: Checkpoint) -> None:
    network = small_checkpoint.build()
    images = digits.train[:1203]  # more than two of the batches that scoring works in, and a rest
    score = evaluate(network, images)
    logits = network(to_float(images.images))
    right = sum(int(row.argmax()) == int(label) for row, label in zip(logits, images.labels, strict=True))
    assert score.accuracy == pytest.approx(right / 1203)
    assert score.loss == pytest.approx(F.cross_entropy(logits, images.labels).item(), rel=1e-4)
    assert predict(network, images.images).shape == (1203, 10)
    assert 0.5 < score.accuracy < 1


def test_an_empty_set_has_no_score(digits: DataSet, small_checkpoint: Checkpoint) -> None:
    with pytest.raises(ValueError, match="no pictures"):
        evaluate(small_checkpoint.build(), digits.test[:0])


# --- MNIST ------------------------------------------------------------------------------------------------------------


@pytest.mark.mnist
def test_one_epoch_of_5000_mnist_digits_reads_nine_of_ten(mnist: DataSet) -> None:
    few = replace(mnist, test=mnist.test[:2000])
    config = settings(data="mnist", train_images=5000)
    assert finish(config, few, ModelConfig(filters=(16, 32))).test.accuracy > 0.9

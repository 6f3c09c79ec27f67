"""Runs side by side: settings, figures, curves and fairness, on runs that were really trained."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.data.datasets import DataSet
from model.network.checkpoint import load_checkpoint
from model.network.config import ModelConfig
from model.network.train_config import TrainConfig
from model.runs.comparison import (
    ABSENT,
    Entry,
    Fairness,
    Measure,
    Result,
    Setting,
    chance_points,
    duration,
    fairness,
    look,
    results_of,
    same_start,
    settings_of,
    spread,
    training_curve,
    validation_curve,
)
from model.runs.folder import RunSettings, snapshot_path
from model.runs.metrics import Metrics
from model.runs.recorder import Recorder
from model.runs.store import RunStore
from model.training.events import Finished
from model.training.loop import train
from tests.conftest import QUICK
from train import report_of

NETWORK: dict[str, Any] = {"filters": (4, 4), "dense_units": 8}
RECIPE: dict[str, Any] = {**QUICK, "train_images": 200, "epochs": 2, "validation_share": 0.2}

Make = Callable[..., Entry]


def record_run(folder: Path, data: DataSet, network: dict[str, Any] | None = None, **recipe: Any) -> None:
    """A run that was really trained, in the folder."""
    settings = RunSettings(
        title=folder.name, model=ModelConfig(**NETWORK | (network or {})), train=TrainConfig(**{**RECIPE, **recipe})
    )
    recorder = Recorder(folder, settings)
    for event in train(settings.model, settings.train, data, snapshots=8):
        recorder.record(event)
        if isinstance(event, Finished):
            recorder.finish(event, data, report_of(event))


@pytest.fixture
def make(tmp_path: Path, digits: DataSet) -> Make:
    store = RunStore(tmp_path)

    def run(name: str, network: dict[str, Any] | None = None, **recipe: Any) -> Entry:
        record_run(tmp_path / name, digits, network, **recipe)
        found = store.get(name)
        entry = look(found) if found else None
        assert entry is not None
        return entry

    return run


def judge(*entries: Entry) -> Fairness:
    starts = [load_checkpoint(snapshot_path(entry.run.folder, 0)) for entry in entries]
    return fairness(entries, starts)


def row(entries: list[Entry], name: str) -> Result:
    return next(each for each in results_of(entries) if each.name == name)


def setting(field: str, *pairs: tuple[dict[str, Any], dict[str, Any]]) -> Setting:
    runs = [RunSettings(model=ModelConfig(**model), train=TrainConfig(**train)) for model, train in pairs]
    return next(each for each in settings_of(runs) if each.field == field)


# --- Settings ---------------------------------------------------------------------------------------------------------


def test_only_what_has_an_effect_differs() -> None:
    three = setting("kernel_size", ({"filters": (8,)}, {}), ({"filters": (8, 8)}, {}))
    assert three.values == ("3x3", "3x3")
    assert not three.differs
    assert setting("kernel_size", ({}, {}), ({"kernel_size": (5, 3, 3)}, {})).values == ("3x3", "5x5, 3x3, 3x3")
    momentum = setting("momentum", ({}, {"optimizer": "adam"}), ({}, {"optimizer": "sgd"}))
    assert momentum.values == (ABSENT, "0.9")
    assert not momentum.differs
    assert setting("pooling", ({"filters": ()}, {}), ({}, {})).values == (ABSENT, "max")
    assert setting("filters", ({"filters": ()}, {}), ({}, {})).values == ("none, dense only", "32, 64, 64")
    assert setting("dropout", ({}, {}), ({"dropout": 0.5}, {})).differs


# --- Figures ----------------------------------------------------------------------------------------------------------


def test_the_figures_are_those_of_the_report(make: Make) -> None:
    one, two = make("one"), make("two", {"filters": (8, 4)}, epochs=3)
    entries = [one, two]
    assert row(entries, "Test accuracy").values == tuple(f"{100 * e.report['test_accuracy']:.2f}%" for e in entries)
    assert row(entries, "Parameters").values == tuple(f"{e.report['parameters']:,}" for e in entries)
    assert row(entries, "Parameters").best == {0}
    assert row(entries, "Epochs done").values == ("2 of 2", "3 of 3")
    assert row(entries, "Time").values == tuple(duration(e.report["train_seconds"]) for e in entries)
    assert not row(entries, "Time").best  # one of them had more to do
    best = [max(record["validation_accuracy"] for record in e.metrics.epochs) for e in entries]
    assert row(entries, "Best validation accuracy").values == tuple(f"{100 * share:.2f}%" for share in best)
    gap = one.report["training_accuracy"] - one.report["test_accuracy"]
    assert row(entries, "Generalisation gap, points").values[0] == f"{100 * gap:+.2f}"


def with_test_accuracy(entry: Entry, share: float | None) -> Entry:
    return replace(entry, report={} if share is None else {**entry.report, "test_accuracy": share})


def test_equal_figures_are_equally_good_and_missing_ones_are_not_there(make: Make) -> None:
    entry = make("one")

    def best(*shares: float | None) -> frozenset[int]:
        return row([with_test_accuracy(entry, share) for share in shares], "Test accuracy").best

    assert best(0.9, 0.95, None) == {1}
    assert best(0.95001, 0.95004, 0.9, 0.8) == {0, 1}  # what looks the same
    assert best(0.95, 0.95, 0.9) == frozenset()  # most of them
    assert best(0.95, None) == frozenset()
    values = row([with_test_accuracy(entry, None), entry], "Test accuracy").values
    assert values[0] == ABSENT


def test_accuracies_on_different_pictures_have_no_best(make: Make) -> None:
    entry = make("one")
    other = replace(entry, report={**entry.report, "data": "mnist", "test_accuracy": 0.99})
    assert row([entry, other], "Test accuracy").best == frozenset()


def test_chance_is_what_the_test_set_allows(make: Make) -> None:
    entry = make("one")
    confusion = [[1000 if row == column else 0 for column in range(10)] for row in range(10)]
    large = replace(entry, report={**entry.report, "test_accuracy": 0.98, "confusion": confusion})
    found = chance_points([large, large])
    assert found is not None
    points, count = found
    assert count == 10_000
    assert points == pytest.approx(0.396, abs=0.001)  # 100 * 2 * sqrt(2 * 0.98 * 0.02 / 10,000)
    smaller = chance_points([large, entry])
    assert smaller is not None
    assert smaller[1] == 360
    assert smaller[0] > points
    assert chance_points([large, with_test_accuracy(entry, None)]) is None


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(7.61, "7.6 s"), (59.99, "60.0 s"), (61, "1 min 1 s"), (3600, "1 h 0 min"), (3725, "1 h 2 min")],
)
def test_durations_are_said_as_people_do(seconds: float, text: str) -> None:
    assert duration(seconds) == text


# --- Curves -----------------------------------------------------------------------------------------------------------


def test_the_validation_curve_begins_before_the_first_step_and_ends_with_the_last_epoch(make: Make) -> None:
    entry = make("one")
    curve = validation_curve(entry.metrics, Measure.ACCURACY)
    epochs = [x for x, _ in curve]
    assert epochs[0] == 0
    assert epochs[-1] == 2
    assert epochs == sorted(epochs)
    assert curve[-1][1] == entry.metrics.epochs[-1]["validation_accuracy"]
    error = validation_curve(entry.metrics, Measure.ERROR)
    assert [y for _, y in error] == pytest.approx([1 - y for _, y in curve])
    assert validation_curve(entry.metrics, Measure.LOSS)[0][1] == entry.metrics.checks[0]["loss"]
    times = [x for x, _ in validation_curve(entry.metrics, Measure.LOSS, by_time=True)]
    assert times == sorted(times)
    assert times[-1] == entry.metrics.epochs[-1]["elapsed"]


def test_a_run_that_holds_nothing_out_has_no_validation_curve(make: Make) -> None:
    entry = make("one", validation_share=0.0)
    assert validation_curve(entry.metrics, Measure.LOSS) == []
    assert training_curve(entry.metrics, Measure.LOSS)
    assert row([entry], "Best validation accuracy").values == (ABSENT,)


def test_a_long_training_curve_is_made_of_means() -> None:
    steps = [{"epoch": n / 100, "elapsed": float(n), "loss": float(n % 2), "accuracy": 0.5} for n in range(1, 801)]
    curve = training_curve(Metrics(steps=steps), Measure.LOSS)
    assert len(curve) == 80
    assert {y for _, y in curve} == {0.5}
    assert curve[-1][0] == 8.0


@given(places=st.lists(st.floats(0, 1), min_size=1, max_size=6))
def test_labels_keep_apart_and_in_order(places: list[float]) -> None:
    moved = spread(places, 0.1, 0.0, 1.0)
    assert all(-1e-9 <= place <= 1 + 1e-9 for place in moved)
    in_order = sorted(moved)
    assert all(b - a >= 0.1 - 1e-9 for a, b in pairwise(in_order))
    for one, place in enumerate(places):
        assert all(moved[one] <= moved[other] for other, each in enumerate(places) if place < each)


def test_labels_with_room_stay_where_they_are() -> None:
    assert spread([0.9, 0.1, 0.5], 0.1, 0.0, 1.0) == [0.9, 0.1, 0.5]


# --- Fairness ---------------------------------------------------------------------------------------------------------


def test_one_setting_with_the_same_start_and_order_is_fair(make: Make) -> None:
    found = judge(make("a"), make("b", {"dropout": 0.5}), make("c", {"dropout": 0.25}))
    assert found.fair
    assert found.verdict == "A fair experiment: only one setting differs (dropout)."
    assert found.points == (
        "B and C begin with the same weights as A in every layer, number for number.",
        "They see the same batches in the same order.",
    )


def test_the_same_layers_are_found_in_the_weights_themselves(make: Make) -> None:
    one, wider = make("a"), make("b", {"filters": (4, 8)})
    start = same_start(*(load_checkpoint(snapshot_path(entry.run.folder, 0)) for entry in (one, wider)))
    assert start.same == ("conv1",)
    assert start.resized == ("conv2", "dense")
    assert start.redrawn == ("output",)
    found = judge(one, wider)
    assert not found.fair
    assert found.verdict.startswith("As fair as can be: only one setting differs (filters), but networks of different")
    assert found.points[0] == (
        "B begins with the same weights as A in conv1. Having another size, conv2 and dense cannot be the same. "
        "For output, other random numbers were drawn."
    )


def test_norms_and_a_network_without_convolutions_are_other_layers(make: Make) -> None:
    plain, normed, dense = make("a"), make("b", {"batch_norm": True}), make("c", {"filters": ()})
    starts = [load_checkpoint(snapshot_path(entry.run.folder, 0)) for entry in (plain, normed, dense)]
    assert same_start(starts[0], starts[1]).resized == ("norm1", "norm2")
    assert same_start(starts[0], starts[1]).same == ("conv1", "conv2", "dense", "output")
    assert same_start(starts[0], starts[2]).resized == ("conv1", "conv2", "dense")


def test_other_weights_under_the_same_seed_are_noticed(make: Make) -> None:
    """What counts is what is in the files, not what the settings promise."""
    one, two = make("a"), make("b", {"dropout": 0.5})
    starts = [load_checkpoint(snapshot_path(entry.run.folder, 0)) for entry in (one, two)]
    moved = {name: tensor + 0.01 if name == "dense.bias" else tensor for name, tensor in starts[1].weights.items()}
    found = fairness([one, two], [starts[0], replace(starts[1], weights=moved)])
    assert not found.fair
    assert "For dense, other random numbers were drawn." in found.points[0]


def test_several_settings_or_another_seed_are_no_fair_experiment(make: Make) -> None:
    one = make("a")
    several = judge(one, make("b", {"dropout": 0.5}, optimizer="sgd"))
    assert not several.fair
    assert several.verdict.startswith("Not a fair experiment: 2 settings differ (dropout and optimizer)")
    seeds = judge(one, make("c", seed=1))
    assert seeds.verdict == "Only the seed differs, so this shows how much is chance."
    assert seeds.points[1] == "They do not see the same pictures in the same order: their seeds differ."
    assert judge(one, make("d")).verdict.startswith("All settings are the same")


@pytest.mark.parametrize(
    ("recipe", "said"),
    [
        ({"batch_size": 16}, "They see the same pictures in the same order, cut into batches of different sizes."),
        (
            {"train_images": 150},
            "They do not see the same pictures in the same order: they train on different numbers of pictures.",
        ),
        (
            {"validation_share": 0.1},
            "They do not see the same pictures in the same order: they train on different numbers of pictures.",
        ),
        ({"shuffle_labels": True}, "They see the same batches in the same order, but not with the same labels."),
        (
            {"shuffle_labels": True, "batch_size": 16},
            "They see the same pictures in the same order, but not with the "
            "same labels, and cut into batches of different sizes.",
        ),
        ({"rotation": 0.0}, "They see the same batches in the same order."),
    ],
)
def test_the_order_of_the_pictures_is_told(make: Make, recipe: dict[str, Any], said: str) -> None:
    found = judge(make("a"), make("b", **recipe))
    assert found.points[1] == said
    assert found.fair == (set(recipe) <= {"rotation", "shuffle_labels"})


def test_a_missing_snapshot_of_the_start_is_admitted(make: Make) -> None:
    one, two = make("a"), make("b", {"dropout": 0.5})
    start = load_checkpoint(snapshot_path(one.run.folder, 0))
    found = fairness([one, two], [start, None])
    assert not found.fair
    assert found.points[0] == "Whether B began like A is not known, because a snapshot of the start is missing."
    assert "not known" in found.verdict


def test_different_devices_are_told(make: Make) -> None:
    one = make("a")
    start = {**(one.metrics.start or {}), "device": "cuda:0"}
    other = replace(one, metrics=replace(one.metrics, start=start))
    assert judge(one, other).points[-1].startswith("They ran on different devices (cpu and cuda:0)")


def test_damaged_settings_are_looked_past(tmp_path: Path) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "run.json").write_text("{oops")
    (run,) = RunStore(tmp_path).runs()
    assert look(run) is None

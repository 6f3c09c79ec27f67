"""What is read from the folder of one run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from model.comparison.compared_run import compared_run
from model.runs.metrics import Metrics
from model.runs.store import RunStore
from tests.model.comparison.conftest import Make


def test_the_numbers_are_those_of_the_report(make: Make) -> None:
    run = make("one")
    assert run.test_accuracy == run.report["test_accuracy"]
    assert run.training_accuracy == run.report["training_accuracy"]
    assert run.generalisation_gap == pytest.approx(run.report["training_accuracy"] - run.report["test_accuracy"])
    assert run.train_seconds == run.report["train_seconds"]
    assert run.best_validation_accuracy == max(epoch["validation_accuracy"] for epoch in run.metrics.epochs)
    assert run.epochs_done == 2
    assert run.test_pictures == 360
    assert run.data_set == "digits"
    assert run.images_per_second is not None
    assert run.images_per_second > 0


def test_an_active_run_has_its_results_so_far(make: Make) -> None:
    run = make("one", active=True)
    assert run.test_accuracy is run.training_accuracy is run.generalisation_gap is None
    assert run.best_validation_accuracy == run.metrics.epochs[0]["validation_accuracy"]
    assert run.train_seconds == run.metrics.epochs[0]["elapsed"]
    assert run.test_pictures == 0


def test_a_run_without_records_has_no_results(make: Make) -> None:
    run = replace(make("one", active=True), metrics=Metrics())
    assert run.train_seconds is run.images_per_second is run.best_validation_accuracy is None
    assert run.has_validation, "the settings hold pictures out"


def test_validation_accuracy_is_given_for_measured_steps_only(make: Make) -> None:
    run = make("one")
    first, last = run.metrics.checks[0], run.metrics.epochs[-1]
    assert run.validation_accuracy_after(0) == first["accuracy"]
    assert run.validation_accuracy_after(last["step"]) == last["validation_accuracy"]
    assert run.validation_accuracy_after(last["step"] + 1) is None


def test_a_run_without_validation_pictures(make: Make) -> None:
    run = make("one", validation_share=0.0)
    assert not run.has_validation
    assert run.best_validation_accuracy is None


@pytest.mark.parametrize("value", [None, "0.9", True, float("nan")])
def test_a_damaged_number_counts_as_missing(make: Make, value: object) -> None:
    run = make("one")
    assert replace(run, report={**run.report, "test_accuracy": value}).test_accuracy is None


def test_a_run_with_damaged_settings_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "run.json").write_text("{oops")
    (run,) = RunStore(tmp_path).runs()
    assert compared_run(run) is None

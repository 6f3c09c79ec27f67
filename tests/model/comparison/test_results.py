"""The results of several runs, and which of them are best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from model.comparison.compared_run import ComparedRun
from model.comparison.results import ComparedResult, ResultKind, chance_difference, compare_results
from tests.model.comparison.conftest import Make


def result(runs: Sequence[ComparedRun], kind: ResultKind) -> ComparedResult:
    return next(each for each in compare_results(runs) if each.kind is kind)


def with_accuracies(run: ComparedRun, validation: float | None, test: float | None = None) -> ComparedRun:
    epochs = [{**run.metrics.epochs[0], "validation_accuracy": validation}]
    report = {} if test is None else {**run.report, "test_accuracy": test}
    return replace(run, metrics=replace(run.metrics, epochs=epochs), report=report)


def test_the_best_accuracy_is_chosen_by_validation_and_not_by_test(make: Make) -> None:
    run = make("one")
    runs = [with_accuracies(run, 0.95, test=0.90), with_accuracies(run, 0.90, test=0.95)]
    assert result(runs, ResultKind.VALIDATION_ACCURACY).best == {0}
    assert result(runs, ResultKind.TEST_ACCURACY).values == (0.90, 0.95)
    assert result(runs, ResultKind.TEST_ACCURACY).best == frozenset()


def test_no_accuracy_is_best_where_a_run_has_no_validation_pictures(make: Make) -> None:
    runs = [make("one"), make("two", {"dropout": 0.5}), make("three", validation_share=0.0)]
    found = result(runs, ResultKind.VALIDATION_ACCURACY)
    assert found.values[2] is None
    assert found.best == frozenset()


def test_no_accuracy_is_best_on_different_data_sets(make: Make) -> None:
    run = make("one")
    other = with_accuracies(run, 0.99, test=0.99)
    other = replace(other, report={**other.report, "data": "mnist"})
    assert result([run, other], ResultKind.VALIDATION_ACCURACY).best == frozenset()


@pytest.mark.parametrize(
    ("accuracies", "best"),
    [
        ((0.9, 0.95, None), {1}),
        ((0.95001, 0.95004, 0.9, 0.8), {0, 1}),  # equal in the two decimals of a percentage
        ((0.95, 0.95, 0.9), set()),  # most of them
        ((0.95, None), set()),
    ],
)
def test_equal_best_runs_are_all_marked_unless_they_are_the_majority(
    make: Make, accuracies: Sequence[float | None], best: set[int]
) -> None:
    run = make("one")
    runs = [with_accuracies(run, accuracy, test=0.9) for accuracy in accuracies]
    assert result(runs, ResultKind.VALIDATION_ACCURACY).best == best


def test_fewest_parameters_and_highest_speed_are_best(make: Make) -> None:
    runs = [make("one"), make("two", {"filters": (8, 4)}, epochs=3)]
    parameters = result(runs, ResultKind.PARAMETERS)
    assert parameters.values == tuple(run.report["parameters"] for run in runs)
    assert parameters.best == {0}
    epochs = [{**epoch, "seconds": epoch["seconds"] / 2} for epoch in runs[0].metrics.epochs]
    faster = replace(runs[0], metrics=replace(runs[0].metrics, epochs=epochs))
    assert result([runs[0], faster], ResultKind.IMAGES_PER_SECOND).best == {1}


def test_the_shortest_time_is_best_only_after_the_same_work(make: Make) -> None:
    run = make("one")

    def slower(other: ComparedRun) -> ComparedRun:
        return replace(other, report={**other.report, "train_seconds": run.report["train_seconds"] + 10})

    assert result([run, slower(run)], ResultKind.TRAIN_SECONDS).best == {0}
    longer = make("two", epochs=3)
    assert result([run, slower(longer)], ResultKind.TRAIN_SECONDS).best == frozenset()
    active = make("three", active=True)
    assert result([run, active], ResultKind.TRAIN_SECONDS).best == frozenset()


def test_the_smallest_gap_is_not_marked_as_best(make: Make) -> None:
    runs = [make("one"), make("two", {"dropout": 0.5})]
    assert result(runs, ResultKind.GENERALISATION_GAP).best == frozenset()


def test_the_difference_by_chance_follows_from_the_test_set(make: Make) -> None:
    run = make("one")
    confusion = [[1000 if row == column else 0 for column in range(10)] for row in range(10)]
    large = replace(run, report={**run.report, "test_accuracy": 0.98, "confusion": confusion})
    found = chance_difference([large, large])
    assert found is not None
    difference, count = found
    assert count == 10_000
    assert difference == pytest.approx(0.00396, abs=1e-5)  # 2 * sqrt(2 * 0.98 * 0.02 / 10,000)
    smaller = chance_difference([large, run])
    assert smaller is not None
    assert smaller[1] == 360
    assert smaller[0] > difference
    assert chance_difference([large, replace(run, report={})]) is None

"""Training and validation curves as points."""

from __future__ import annotations

import pytest

from model.comparison.curves import CurveMetric, training_curve, validation_curve
from model.runs.metrics import Metrics
from tests.model.comparison.conftest import Make


def test_the_validation_curve_begins_before_the_first_step_and_ends_with_the_last_epoch(make: Make) -> None:
    metrics = make("one").metrics
    curve = validation_curve(metrics, CurveMetric.ACCURACY)
    epochs = [x for x, _ in curve]
    assert epochs[0] == 0
    assert epochs[-1] == 2
    assert epochs == sorted(epochs)
    assert curve[-1][1] == metrics.epochs[-1]["validation_accuracy"]
    error = validation_curve(metrics, CurveMetric.ERROR)
    assert [y for _, y in error] == pytest.approx([1 - y for _, y in curve])
    assert validation_curve(metrics, CurveMetric.LOSS)[0][1] == metrics.checks[0]["loss"]
    times = [x for x, _ in validation_curve(metrics, CurveMetric.LOSS, by_time=True)]
    assert times == sorted(times)
    assert times[-1] == metrics.epochs[-1]["elapsed"]


def test_a_run_without_validation_pictures_has_only_a_training_curve(make: Make) -> None:
    metrics = make("one", validation_share=0.0).metrics
    assert validation_curve(metrics, CurveMetric.LOSS) == []
    assert training_curve(metrics, CurveMetric.LOSS)


def test_a_long_training_curve_consists_of_means() -> None:
    steps = [{"epoch": n / 100, "elapsed": float(n), "loss": float(n % 2), "accuracy": 0.5} for n in range(1, 801)]
    curve = training_curve(Metrics(steps=steps), CurveMetric.LOSS)
    assert len(curve) == 80
    assert {y for _, y in curve} == {0.5}
    assert curve[-1][0] == 8.0

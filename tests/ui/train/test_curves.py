"""The curves of a training: which points they get, and that the charts themselves never change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.runs.metrics import Metrics
from ui.shared.charts import Spec
from ui.train.curves import (
    ERROR_RANGE,
    LOSS_RANGE,
    POINTS,
    TRAINING,
    VALIDATION,
    accuracy_chart,
    curve_table,
    loss_chart,
    thinned,
)


def step(epoch: float, loss: float = 1.0, accuracy: float = 0.5) -> dict[str, Any]:
    return {"epoch": epoch, "loss": loss, "accuracy": accuracy}


def epoch_end(epoch: int, loss: float | None, accuracy: float | None) -> dict[str, Any]:
    return {"epoch": epoch, "validation_loss": loss, "validation_accuracy": accuracy}


def test_training_and_validation_become_two_lines_in_percent() -> None:
    metrics = Metrics(
        steps=[step(0.5, 2.0, 0.25), step(1.0, 1.0, 0.5)],
        checks=[step(0.0, 2.3, 0.1)],
        epochs=[epoch_end(1, 0.4, 0.9)],
    )
    table = curve_table(metrics, epochs=2)
    rows = table[["pictures", "epoch", "loss", "accuracy"]].values.tolist()
    assert rows == [
        [TRAINING, 0.5, 2.0, 25.0],
        [TRAINING, 1.0, 1.0, 50.0],
        [VALIDATION, 0.0, 2.3, 10.0],
        [VALIDATION, 1.0, 0.4, 90.0],
    ]


def test_without_validation_pictures_there_is_no_validation_line() -> None:
    table = curve_table(Metrics(steps=[step(1.0)], epochs=[epoch_end(1, None, None)]), epochs=1)
    assert table["pictures"].tolist() == [TRAINING]


def test_before_the_first_record_there_are_no_points_but_the_columns_are_there() -> None:
    table = curve_table(Metrics(), epochs=3)
    assert len(table) == 0
    assert list(table.columns) == ["epoch", "pictures", "loss", "accuracy"]


def test_points_in_the_same_section_become_their_mean() -> None:
    near = 1 / POINTS / 10  # of one epoch
    points = [(near, 2.0, 0.2), (2 * near, 4.0, 0.4), (0.5, 1.0, 0.9)]
    assert thinned(points, epochs=1).tolist() == [pytest.approx((1.5 * near, 3.0, 0.3)), pytest.approx((0.5, 1.0, 0.9))]


@given(epochs=st.integers(1, 300), count=st.integers(0, 2000))
def test_a_line_never_has_too_many_points_and_keeps_its_ends_and_its_order(epochs: int, count: int) -> None:
    points = [(epochs * (number + 1) / count, 1.0, 0.5) for number in range(count)]
    rows = thinned(points, epochs)
    assert len(rows) == min(count, len(rows)) <= POINTS + 1
    assert (rows[1:, 0] > rows[:-1, 0]).all()
    if count:
        assert rows[-1, 0] == pytest.approx(epochs, rel=2 / POINTS)
        assert rows[:, 1] == pytest.approx(1.0)


@given(st.lists(st.floats(0, 10, allow_nan=False), min_size=1, max_size=400))
def test_the_drawn_part_of_a_line_does_not_change(lengths: list[float]) -> None:
    """Only the newest point may still move; otherwise the whole line would shake."""
    total = sum(lengths) or 1.0
    ends, so_far = [], 0.0
    for length in lengths:
        so_far += length
        ends.append((10 * so_far / total, length, 0.5))
    half = thinned(ends[: (len(ends) + 1) // 2], 10)
    whole = thinned(ends, 10)
    assert whole[: len(half) - 1].tolist() == half[:-1].tolist()


def test_damaged_points_are_left_out() -> None:
    broken = [(0.5, float("inf"), 0.5), (float("nan"), 1.0, 0.5), (0.7, 1.0, 0.5)]
    assert thinned(broken, 1).tolist() == [[0.7, 1.0, 0.5]]


@pytest.mark.parametrize("chart", [loss_chart, accuracy_chart])
def test_a_chart_is_the_same_each_time_and_holds_no_data(chart: Callable[[int], list[Spec]]) -> None:
    """Streamlit then sends the browser new data for the chart it has, and does not build it again."""
    assert chart(12) == chart(12)
    assert chart(12) != chart(3)
    for layer in chart(12):
        assert "data" not in layer
        assert layer["encoding"]["x"]["scale"]["domain"] == [0, 12]
        assert layer["encoding"]["y"]["scale"]["domain"] in (list(LOSS_RANGE), list(ERROR_RANGE))


def test_the_two_lines_differ_by_more_than_their_colour() -> None:
    dashes = loss_chart(3)[0]["encoding"]["strokeDash"]["scale"]
    assert dashes["domain"] == [TRAINING, VALIDATION]
    assert len(set(map(tuple, dashes["range"]))) == 2

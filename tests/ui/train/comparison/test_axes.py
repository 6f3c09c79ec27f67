"""The ends of the chart's axes."""

from __future__ import annotations

import pandas as pd
import pytest

from model.comparison.curves import CurveMetric
from ui.train.comparison.axes import Axes, round_up, y_range
from ui.train.comparison.view import ChartView


@pytest.mark.parametrize(
    ("metric", "logarithmic", "heights", "ends"),
    [
        (CurveMetric.ACCURACY, True, [0.7, 42.0], (0.5, 50.0)),  # distances from 100%
        (CurveMetric.ACCURACY, True, [0.0], (0.01, 0.02)),
        (CurveMetric.ACCURACY, False, [93.0, 99.0], (90.0, 100.0)),
        (CurveMetric.ACCURACY, False, [8.0, 99.0], (0.0, 100.0)),
        (CurveMetric.LOSS, True, [0.02, 2.3], (0.01, 3.0)),
        (CurveMetric.LOSS, False, [0.02, 2.3], (0.0, 3.0)),
    ],
)
def test_the_axis_ends_at_round_numbers_around_all_points(
    metric: CurveMetric, logarithmic: bool, heights: list[float], ends: tuple[float, float]
) -> None:
    view = ChartView(metric, logarithmic, by_time=False, training=False)
    assert y_range(pd.Series(heights), view) == ends


@pytest.mark.parametrize("logarithmic", [False, True])
def test_position_and_height_are_inverse(logarithmic: bool) -> None:
    axes = Axes(ChartView(CurveMetric.LOSS, logarithmic, by_time=False, training=False), 0.01, 3.0, 5.0)
    assert axes.position(axes.low) == pytest.approx(0)
    assert axes.position(axes.high) == pytest.approx(1)
    assert axes.height(axes.position(0.3)) == pytest.approx(0.3)


@pytest.mark.parametrize(("value", "rounded"), [(0.0, 1.0), (0.013, 0.02), (7.1, 8.0), (30.0, 30.0), (95.0, 100.0)])
def test_rounding_goes_up_to_one_digit(value: float, rounded: float) -> None:
    assert round_up(value) == pytest.approx(rounded)

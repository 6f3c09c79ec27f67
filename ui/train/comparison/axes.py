"""The axes of the chart: their ends, scales and ticks."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from model.comparison.compared_run import ComparedRun
from model.comparison.curves import CurveMetric
from ui.shared.charts import Spec
from ui.train.comparison.view import ChartView

_LOSS_TICKS = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0]
_ERROR_TICKS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0]
_ROUND = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0]


@dataclass(frozen=True)
class Axes:
    """The ends of both axes: x from 0 to right, y from low to high."""

    view: ChartView
    low: float
    high: float
    right: float

    def position(self, height: float) -> float:
        """How far along the y axis a height is, from 0 at low to 1 at high."""
        if self.view.logarithmic:
            return math.log(height / self.low) / math.log(self.high / self.low)
        return (height - self.low) / (self.high - self.low)

    def height(self, position: float) -> float:
        """The height at a position from 0 to 1."""
        if self.view.logarithmic:
            return float(self.low * (self.high / self.low) ** position)
        return self.low + position * (self.high - self.low)

    def x_axis(self) -> Spec:
        """Vega-Lite's description of the x axis."""
        return {"tickCount": 8} if self.view.by_time else {"format": "d", "tickMinStep": 1, "tickCount": 8}

    def y_scale(self) -> Spec:
        """Vega-Lite's scale of the y axis."""
        kind = "log" if self.view.logarithmic else "linear"
        return {"type": kind, "domain": [self.low, self.high], "nice": False, "reverse": self.view.from_top}

    def y_axis(self) -> Spec:
        """Vega-Lite's description of the y axis."""
        if not self.view.logarithmic:
            return {"format": "~g", "tickCount": 6}
        value = "100 - datum.value" if self.view.from_top else "datum.value"
        return {"values": _ticks(self.view), "labelExpr": f"format({value}, '~g')"}


def axes_of(table: pd.DataFrame, runs: Sequence[ComparedRun], view: ChartView) -> Axes:
    """Axes for the points of `chart.point_table`. The ends are round, so they seldom change while a run is active."""
    low, high = y_range(table["height"], view)
    return Axes(view, low, high, _x_end(runs, table["x"].max(), view))


def y_range(heights: pd.Series[float], view: ChartView) -> tuple[float, float]:
    """The ends of the y axis: neighbouring ticks of a logarithmic axis, else round numbers."""
    low, high = float(heights.min()), float(heights.max())
    if view.logarithmic:
        ticks = _ticks(view)
        positive = heights[heights > 0]
        low = float(positive.min()) if len(positive) else ticks[0]
        last = min(max(bisect_left(ticks, high), 1), len(ticks) - 1)
        first = min(max(bisect_right(ticks, low) - 1, 0), last - 1)
        return ticks[first], ticks[last]
    if view.metric is CurveMetric.ACCURACY:
        return min(90.0, 10 * math.floor(low / 10)), 100.0
    return 0.0, round_up(high)


def round_up(value: float) -> float:
    """The next round number: one of 1, 2, 3, 4, 5, 6, 8 times a power of ten; 1 for values up to 0."""
    if value <= 0:
        return 1.0
    unit = 10.0 ** math.floor(math.log10(value))
    return next(factor * unit for factor in _ROUND if factor * unit >= value * (1 - 1e-9))


def _x_end(runs: Sequence[ComparedRun], reached: float, view: ChartView) -> float:
    """A round number of seconds, or all epochs that active runs will train."""
    if view.by_time:
        return round_up(reached)
    planned = [run.settings.train.epochs for run in runs if run.run.state.active]
    return float(max([*planned, math.ceil(reached), 1]))


def _ticks(view: ChartView) -> list[float]:
    return _LOSS_TICKS if view.metric is CurveMetric.LOSS else _ERROR_TICKS

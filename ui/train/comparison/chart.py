"""The chart of the Compare page: one line per run, named where it ends."""

from __future__ import annotations

import json
import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from model.language import N_, _
from model.runs.comparison import LETTERS, Curve, Entry, Measure, spread, training_curve, validation_curve
from ui.shared.charts import Spec, calculated, category, layer, quantity, show, where
from ui.train.curves import TRAINING, VALIDATION

HEIGHT = 360
LABEL_GAP = 17
"""Pixels between two names, and the room that they have at the right."""
LABEL_ROOM = 150
LABEL_LENGTH = 18

_DASHES = [[1, 0], [7, 3], [2, 2], [10, 3, 2, 3], [4, 4], [12, 3]]
_LOSS_TICKS = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0]
_ERROR_TICKS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0]
_ACCURACY_LABEL = "format(100 - datum.value, '~g')"
_TITLES = {
    Measure.ACCURACY: N_("Accuracy, %"),
    Measure.ERROR: N_("Error, %"),
    Measure.LOSS: N_("Loss"),
}
_STEPS = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0]


@dataclass(frozen=True)
class View:
    """What the chart shows. stretched: an axis on which from 90% to 99% is as far as from 99% to 99.9%."""

    measure: Measure
    stretched: bool
    by_time: bool
    training: bool

    @property
    def turned(self) -> bool:
        """Whether the height is what is missing to 100%, counted from the top."""
        return self.stretched and self.measure is Measure.ACCURACY


def comparison_chart(entries: Sequence[Entry], names: Sequence[str], view: View) -> bool:
    """Draw the curves; returns False, and draws nothing, where there is no point yet.

    What is sent to the browser as the runs grow is the data alone: the chart changes only where its axes must.
    """
    table = curve_table(entries, view)
    if table.empty:
        return False
    low, high = y_range(table["height"], view)
    right = x_end(entries, table["x"].max(), by_time=view.by_time)
    table["height"] = table["height"].clip(low, high)
    about = _("{measure} of each run against seconds") if view.by_time else _("{measure} of each run against epochs")
    show(
        chart_layers(view, low, high, right),
        pd.concat([table, _labels(table, names, view, (low, high), right)]),
        height=HEIGHT,
        alt=about.format(measure=_(view.measure)),
        padding={"left": 0, "top": 8, "bottom": 8, "right": LABEL_ROOM},
    )
    return True


def curve_table(entries: Sequence[Entry], view: View) -> pd.DataFrame:
    """One row per point: run (its letter), pictures, x, value as it is read off, height as it is drawn."""
    measure = Measure.ERROR if view.turned else view.measure
    rows = []
    for letter, entry in zip(LETTERS, entries, strict=False):
        curves: dict[str, Curve] = {VALIDATION: validation_curve(entry.metrics, measure, by_time=view.by_time)}
        if view.training or not curves[VALIDATION]:
            curves[TRAINING] = training_curve(entry.metrics, measure, by_time=view.by_time)
        for pictures, curve in curves.items():
            rows += [(letter, pictures, x, *_heights(y, view)) for x, y in curve]
    return pd.DataFrame(rows, columns=["run", "pictures", "x", "value", "height"])


def _heights(y: float, view: View) -> tuple[float, float]:
    """(value, height): shares become percentages."""
    if view.measure is Measure.LOSS:
        return y, y
    return (100 - 100 * y if view.turned else 100 * y), 100 * y


def y_range(heights: pd.Series[float], view: View) -> tuple[float, float]:
    """The ends of the axis: round numbers, so that they seldom change while a run goes on."""
    low, high = float(heights.min()), float(heights.max())
    if view.stretched:
        ticks = _LOSS_TICKS if view.measure is Measure.LOSS else _ERROR_TICKS
        positive = heights[heights > 0]
        low = float(positive.min()) if len(positive) else ticks[0]
        first = max(0, bisect_right(ticks, low) - 1)
        last = min(len(ticks) - 1, bisect_left(ticks, high))
        return ticks[min(first, last - 1)], ticks[last]
    if view.measure is Measure.ACCURACY:
        return min(90.0, 10 * math.floor(low / 10)), 100.0
    return 0.0, round_up(high)


def x_end(entries: Sequence[Entry], reached: float, *, by_time: bool) -> float:
    """The right end of the axis: all epochs that are still to come, or a round number of seconds."""
    if by_time:
        return round_up(reached)
    planned = [entry.settings.train.epochs for entry in entries if entry.run.state.active]
    return float(max([*planned, math.ceil(reached), 1]))


def round_up(value: float) -> float:
    """The next number of few digits."""
    if value <= 0:
        return 1.0
    unit = 10.0 ** math.floor(math.log10(value))
    return next(step * unit for step in _STEPS if step * unit >= value * (1 - 1e-9))


def _labels(
    table: pd.DataFrame, names: Sequence[str], view: View, ends: tuple[float, float], right: float
) -> pd.DataFrame:
    """The name of each run at the right edge, at the height of its last point, but none over another.

    Two rows each make the thin line from the last point to the name.
    """
    last = table.sort_values(["run", "pictures", "x"]).groupby("run").last().reset_index()
    # groupby takes the last kind of picture by name, which is validation where there is any
    share = [_share_of(height, ends, view) for height in last["height"]]
    places = spread(share, LABEL_GAP / (HEIGHT - 70), 0.0, 1.0)  # without the axis below
    rows = []
    for (_row, point), place in zip(last.iterrows(), places, strict=True):
        text = f"{point['run']} · {shortened(names[LETTERS.index(point['run'])], LABEL_LENGTH)}"
        common = {"run": point["run"], "pictures": "label"}
        rows.append(common | {"x": point["x"], "height": point["height"]})
        rows.append(common | {"x": right, "height": _height_of(place, ends, view), "label": text})
    return pd.DataFrame(rows)


def _share_of(height: float, ends: tuple[float, float], view: View) -> float:
    """How far along the axis, 0 to 1."""
    low, high = ends
    if view.stretched:
        return math.log(height / low) / math.log(high / low)
    return (height - low) / (high - low)


def _height_of(share: float, ends: tuple[float, float], view: View) -> float:
    low, high = ends
    return float(low * (high / low) ** share) if view.stretched else low + share * (high - low)


def shortened(text: str, length: int) -> str:
    """At most so many characters."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def chart_layers(view: View, low: float, high: float, right: float) -> list[Spec]:
    """The layers over the data of `curve_table` and `_labels`; the axes go from low to high and from 0 to right."""
    measure = _(_TITLES[view.measure])
    x_title = _("Seconds of training") if view.by_time else _("Epoch")
    letters = list(LETTERS)
    place: Spec = {
        "x": quantity("x", x_title, scale={"domain": [0, right], "nice": False}, axis=_x_axis(view)),
        "y": quantity("height", measure, scale=_y_scale(view, low, high), axis=_y_axis(view)),
    }
    color = category("run", scale={"domain": letters}, legend=None)
    dash = category("run", scale={"domain": letters, "range": _DASHES}, legend=None)
    tooltip = [
        category("run", _("run")),
        category("kind", _("pictures")),
        quantity("x", x_title, format=".3~g"),
        quantity("value", measure, format=".3~f" if view.measure is Measure.LOSS else ".2f"),
    ]
    validation, training = (
        [where(f"datum.pictures === '{pictures}'"), calculated("kind", json.dumps(_(pictures)))]
        for pictures in (VALIDATION, TRAINING)
    )
    labels = where("datum.pictures === 'label'")
    leader: Spec = {"type": "line", "strokeWidth": 1, "strokeDash": [1, 3], "opacity": 0.7}
    thin: Spec = {"type": "line", "strokeWidth": 1.2, "opacity": 0.65, "clip": True}
    thick: Spec = {"type": "line", "strokeWidth": 2.4, "clip": True}
    point: Spec = {"type": "point", "filled": True, "size": 28, "opacity": 1, "clip": True}
    text: Spec = {"type": "text", "align": "left", "dx": 8, "fontSize": 13}
    return [
        layer(leader, None, [labels], **place, color=color),
        layer(thin, None, training, **place, color=color, strokeDash=dash, tooltip=tooltip),
        layer(thick, None, validation, **place, color=color, strokeDash=dash, tooltip=tooltip),
        layer(point, None, validation, **place, color=color, tooltip=tooltip),
        layer(
            text,
            None,
            [labels, where("isValid(datum.label)")],
            **place,
            text=category("label"),
            color={"value": "currentColor"},
        ),
    ]


def _x_axis(view: View) -> Spec:
    return {"tickCount": 8} if view.by_time else {"format": "d", "tickMinStep": 1, "tickCount": 8}


def _y_scale(view: View, low: float, high: float) -> Spec:
    return {
        "type": "log" if view.stretched else "linear",
        "domain": [low, high],
        "nice": False,
        "reverse": view.turned,
    }


def _y_axis(view: View) -> Spec:
    if not view.stretched:
        return {"format": "~g", "tickCount": 6}
    ticks = _LOSS_TICKS if view.measure is Measure.LOSS else _ERROR_TICKS
    label = _ACCURACY_LABEL if view.turned else "format(datum.value, '~g')"
    return {"values": ticks, "labelExpr": label}

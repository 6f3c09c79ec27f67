"""The curves of the compared runs in one chart, each with its name at the end."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from model.comparison.compared_run import ComparedRun
from model.comparison.curves import Curve, CurveMetric, training_curve, validation_curve
from model.language import N_, _
from ui.shared.charts import Spec, calculated, category, layer, quantity, show, where
from ui.train.comparison.axes import Axes, axes_of
from ui.train.comparison.labels import ROOM, label_rows
from ui.train.comparison.letters import LETTERS
from ui.train.comparison.view import METRICS, ChartView, choose_view
from ui.train.curves import TRAINING, VALIDATION

_HEIGHT = 360
_BELOW = 70
"""Pixels of the height that the x axis takes."""

_DASHES = [[1, 0], [7, 3], [2, 2], [10, 3, 2, 3], [4, 4], [12, 3]]
_Y_TITLES = {
    CurveMetric.ACCURACY: N_("Accuracy, %"),
    CurveMetric.ERROR: N_("Error, %"),
    CurveMetric.LOSS: N_("Loss"),
}


def show_chart(runs: Sequence[ComparedRun], titles: Sequence[str]) -> None:
    """Show the controls, the chart and its explanation; a notice where no run has a point yet."""
    view = choose_view()
    table = point_table(runs, view)
    if table.empty:
        st.info(_("No run has a point yet. The curves appear as soon as there is one point."))
        return
    axes = axes_of(table, runs, view)
    table["height"] = table["height"].clip(axes.low, axes.high)
    about = _("{measure} of each run against seconds") if view.by_time else _("{measure} of each run against epochs")
    show(
        chart_layers(axes),
        pd.concat([table, label_rows(table, titles, axes, _HEIGHT - _BELOW)]),
        height=_HEIGHT,
        alt=about.format(measure=_(METRICS[view.metric])),
        padding={"left": 0, "top": 8, "bottom": 8, "right": ROOM},
    )
    st.caption(" ".join(_explanation(runs, view)))


def point_table(runs: Sequence[ComparedRun], view: ChartView) -> pd.DataFrame:
    """One row for each point: run (its letter), pictures, x, value (to read) and height (to draw).

    A run without validation pictures always has its training curve. Shares are in percent.
    """
    metric = CurveMetric.ERROR if view.from_top else view.metric
    rows = []
    for letter, run in zip(LETTERS, runs, strict=False):
        curves: dict[str, Curve] = {VALIDATION: validation_curve(run.metrics, metric, by_time=view.by_time)}
        if view.training or not curves[VALIDATION]:
            curves[TRAINING] = training_curve(run.metrics, metric, by_time=view.by_time)
        for pictures, curve in curves.items():
            rows += [(letter, pictures, x, *_value_and_height(y, view)) for x, y in curve]
    return pd.DataFrame(rows, columns=["run", "pictures", "x", "value", "height"])


def _value_and_height(y: float, view: ChartView) -> tuple[float, float]:
    if view.metric is CurveMetric.LOSS:
        return y, y
    return (100 - 100 * y if view.from_top else 100 * y), 100 * y


def chart_layers(axes: Axes) -> list[Spec]:
    """The layers over the data of `point_table` and `label_rows`. While a run grows, only the data changes."""
    view = axes.view
    y_title = _(_Y_TITLES[view.metric])
    x_title = _("Seconds of training") if view.by_time else _("Epoch")
    place: Spec = {
        "x": quantity("x", x_title, scale={"domain": [0, axes.right], "nice": False}, axis=axes.x_axis()),
        "y": quantity("height", y_title, scale=axes.y_scale(), axis=axes.y_axis()),
        "color": category("run", scale={"domain": list(LETTERS)}, legend=None),
    }
    dash = category("run", scale={"domain": list(LETTERS), "range": _DASHES}, legend=None)
    tooltip = [
        category("run", _("run")),
        category("kind", _("pictures")),
        quantity("x", x_title, format=".3~g"),
        quantity("value", y_title, format=".3~f" if view.metric is CurveMetric.LOSS else ".2f"),
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
    of_label: Spec = {**place, "text": category("label"), "color": {"value": "currentColor"}}
    return [
        layer(leader, None, [labels], **place),
        layer(thin, None, training, **place, strokeDash=dash, tooltip=tooltip),
        layer(thick, None, validation, **place, strokeDash=dash, tooltip=tooltip),
        layer(point, None, validation, **place, tooltip=tooltip),
        layer(text, None, [labels, where("isValid(datum.label)")], **of_label),
    ]


def _explanation(runs: Sequence[ComparedRun], view: ChartView) -> list[str]:
    """What the lines stand for."""
    sentences = [_("Thick lines with points: the validation pictures, which the networks do not train on.")]
    without = [letter for letter, run in zip(LETTERS, runs, strict=False) if not run.has_validation]
    if view.training or without:
        sentences.append(_("Thin lines: the training pictures with their augmentation."))
    if without:
        sentences.append(_("Without validation pictures: {runs}.", runs=", ".join(without)))
    if view.metric is CurveMetric.LOSS and any(run.settings.train.label_smoothing for run in runs):
        sentences.append(_("Label smoothing raises the training loss; the validation loss is computed without it."))
    return sentences

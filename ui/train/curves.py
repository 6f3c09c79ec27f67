"""The curves of a training: loss and accuracy of training and validation pictures, updated while they grow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from model.language import N_, _
from model.runs.metrics import Metrics
from ui.shared.charts import DASHES, Spec, category, layer, names, quantity, show, where

TRAINING, VALIDATION = N_("training"), N_("validation")
POINTS = 300
"""The most points in a line: one for each two pixels of the screen."""

LOSS_RANGE = (0.01, 10.0)
ERROR_RANGE = (0.1, 100.0)
"""Wrong answers in percent. A logarithmic axis has no zero, so no wrong answers at all are shown at its end."""

_LOSS_TICKS = [0.01, 0.03, 0.1, 0.3, 1, 3, 10]
_ERROR_TICKS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100]
_ACCURACY_LABEL = "datum.value <= 0.1 ? '99.9+' : format(100 - datum.value, '~g')"


def curves(metrics: Metrics, epochs: int) -> None:
    """Two charts side by side, in a narrow window one below the other. epochs: the end of the horizontal axis.

    During a run the charts stay the same and only their data changes, so the browser updates them in place.
    """
    table = curve_table(metrics, epochs)
    with st.container(horizontal=True, gap="medium", key="curves"):
        with st.container(key="curve_loss"):
            show(
                loss_chart(epochs),
                table[["epoch", "pictures", "loss"]].assign(height=table["loss"].clip(*LOSS_RANGE)),
                height=260,
                alt=_("Loss of training and validation pictures over the epochs"),
            )
        with st.container(key="curve_accuracy"):
            show(
                accuracy_chart(epochs),
                table[["epoch", "pictures", "accuracy"]].assign(height=(100 - table["accuracy"]).clip(*ERROR_RANGE)),
                height=260,
                alt=_("Accuracy on training and validation pictures over the epochs"),
            )
    st.caption(
        _(
            "The scales are stretched near an accuracy of 100% and near a loss of 0: the distance from 90% to 99% is "
            "the same as from 99% to 99.9%."
        )
    )


def curve_table(metrics: Metrics, epochs: int) -> pd.DataFrame:
    """One row per point: epoch, pictures (training or validation, in the reader's language), loss in nats, accuracy in
    percent.
    """
    validation = [
        (record["epoch"], record["validation_loss"], record["validation_accuracy"])
        for record in list(metrics.epochs)
        if _is_number(record.get("validation_loss")) and _is_number(record.get("validation_accuracy"))
    ]
    lines = {
        _(TRAINING): thinned(_points(metrics.steps), epochs),
        _(VALIDATION): thinned([*_points(metrics.checks), *validation], epochs),
    }
    parts = [
        pd.DataFrame({"epoch": points[:, 0], "pictures": name, "loss": points[:, 1], "accuracy": 100 * points[:, 2]})
        for name, points in lines.items()
    ]
    return pd.concat(parts, ignore_index=True)


def thinned(points: Sequence[tuple[float, float, float]], epochs: int) -> np.ndarray:
    """The points (epoch, loss, accuracy) in the order of their epochs; float64 (N, 3), N at most POINTS + 1.

    The axis from 0 to `epochs` has POINTS sections. The points of one section are replaced by their mean. So the drawn
    part of a line does not change when new points come.
    """
    rows = np.array(points, float).reshape(-1, 3)
    rows = rows[np.isfinite(rows).all(1)]
    sections = np.clip(rows[:, 0] / epochs * POINTS, 0, POINTS).astype(int)
    _values, groups, counts = np.unique(sections, return_inverse=True, return_counts=True)
    columns = [np.bincount(groups, rows[:, column], len(counts)) / np.maximum(counts, 1) for column in range(3)]
    return np.stack(columns, axis=1)


def _points(records: Sequence[dict[str, Any]]) -> list[tuple[float, float, float]]:
    return [(record["epoch"], record["loss"], record["accuracy"]) for record in list(records)]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float)


def loss_chart(epochs: int) -> list[Spec]:
    """Loss against epochs, with fixed axes: layers over the data of `curve_table`. `height` is the loss, limited."""
    height = quantity(
        "height",
        _("Loss"),
        scale={"type": "log", "domain": list(LOSS_RANGE), "nice": False},
        axis={"values": _LOSS_TICKS, "format": "~g", "titlePadding": 6},
    )
    return _layers(height, quantity("loss", _("loss"), format=".4f"), epochs)


def accuracy_chart(epochs: int) -> list[Spec]:
    """Accuracy against epochs, with fixed axes. `height` is the error in percent, within ERROR_RANGE."""
    height = quantity(
        "height",
        _("Accuracy, %"),
        scale={"type": "log", "domain": list(ERROR_RANGE), "nice": False, "reverse": True},
        axis={"values": _ERROR_TICKS, "labelExpr": _ACCURACY_LABEL, "titlePadding": 6},
    )
    return _layers(height, quantity("accuracy", _("accuracy, %"), format=".2f"), epochs)


def _layers(height: Spec, value: Spec, epochs: int) -> list[Spec]:
    """A solid line for training with a mark on its newest point, a dashed line for validation with all its points."""
    every_epoch = {"values": list(range(epochs + 1))} if epochs <= 6 else {}
    axis = {"format": "d", "tickMinStep": 1, "tickCount": 6, "titlePadding": 6, **every_epoch}
    place: Spec = {
        "x": quantity("epoch", _("Epoch"), scale={"domain": [0, epochs], "nice": False}, axis=axis),
        "y": height,
        "tooltip": [category("pictures", _("pictures")), quantity("epoch", _("epoch"), format=".2f"), value],
    }
    key = {"orient": "top", "offset": 4, "symbolType": "stroke", "symbolSize": 500, "symbolStrokeWidth": 2}
    both = [_(TRAINING), _(VALIDATION)]
    return [
        layer(
            {"type": "line", "point": "transparent", "clip": True},
            **place,
            color=names("pictures", both, legend=key),
            strokeDash=names("pictures", both, range=DASHES, legend=key),
        ),
        layer(
            {"type": "point", "filled": True, "size": 30, "opacity": 1},
            None,
            [
                {"joinaggregate": [{"op": "max", "field": "epoch", "as": "last"}], "groupby": ["pictures"]},
                where(f"datum.pictures === '{both[1]}' || datum.epoch === datum.last"),
            ],
            **place,
            color=names("pictures", both, legend=None),
        ),
    ]

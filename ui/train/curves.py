"""The curves of a training: loss and accuracy of training and validation pictures, updated while they grow."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from model.language import N_, _, language
from model.runs.metrics import Metrics
from ui.shared.charts import layered

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
            st.vega_lite_chart(
                table[["epoch", "pictures", "loss"]].assign(height=table["loss"].clip(*LOSS_RANGE)),
                loss_spec(epochs),
                height=260,
                alt=_("Loss of training and validation pictures over the epochs"),
            )
        with st.container(key="curve_accuracy"):
            st.vega_lite_chart(
                table[["epoch", "pictures", "accuracy"]].assign(height=(100 - table["accuracy"]).clip(*ERROR_RANGE)),
                accuracy_spec(epochs),
                height=260,
                alt=_("Accuracy on training and validation pictures over the epochs"),
            )
    st.caption(_("The scales stretch where little is left to gain: 90 to 99 % is as far as 99 to 99.9 %."))


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


def loss_spec(epochs: int) -> dict[str, Any]:
    """Vega-Lite: loss against epochs, with fixed axes. The data is separate; `height` is the loss within LOSS_RANGE."""
    return _loss_spec(epochs, language())


def accuracy_spec(epochs: int) -> dict[str, Any]:
    """Vega-Lite: accuracy against epochs, with fixed axes. The data is separate; `height` is the error in percent."""
    return _accuracy_spec(epochs, language())


@lru_cache(maxsize=32)
def _loss_spec(epochs: int, language_: str) -> dict[str, Any]:  # by language, because the chart has texts in it
    height = alt.Y(
        "height:Q",
        title=_("Loss"),
        scale=alt.Scale(type="log", domain=LOSS_RANGE, nice=False),
        axis=alt.Axis(values=_LOSS_TICKS, format="~g", titlePadding=6),
    )
    return _spec(height, alt.Tooltip("loss:Q", format=".4f", title=_("loss")), epochs)


@lru_cache(maxsize=32)
def _accuracy_spec(epochs: int, language_: str) -> dict[str, Any]:
    height = alt.Y(
        "height:Q",
        title=_("Accuracy, %"),
        scale=alt.Scale(type="log", domain=ERROR_RANGE, nice=False, reverse=True),
        axis=alt.Axis(values=_ERROR_TICKS, labelExpr=_ACCURACY_LABEL, titlePadding=6),
    )
    return _spec(height, alt.Tooltip("accuracy:Q", format=".2f", title=_("accuracy, %")), epochs)


def _spec(height: alt.Y, value: alt.Tooltip, epochs: int) -> dict[str, Any]:
    """A solid line for training with a mark on its newest point, a dashed line for validation with all its points."""
    every_epoch = list(range(epochs + 1)) if epochs <= 6 else alt.Undefined
    base = alt.Chart().encode(
        x=alt.X(
            "epoch:Q",
            title=_("Epoch"),
            scale=alt.Scale(domain=[0, epochs], nice=False),
            axis=alt.Axis(format="d", tickMinStep=1, tickCount=6, values=every_epoch, titlePadding=6),
        ),
        y=height,
        tooltip=[
            alt.Tooltip("pictures:N", title=_("pictures")),
            alt.Tooltip("epoch:Q", format=".2f", title=_("epoch")),
            value,
        ],
    )
    key = alt.Legend(orient="top", offset=4, symbolType="stroke", symbolSize=500, symbolStrokeWidth=2)
    names = [_(TRAINING), _(VALIDATION)]
    both = alt.Scale(domain=names)
    dashes = alt.Scale(domain=names, range=[[1, 0], [5, 3]])
    lines = base.mark_line(point="transparent", clip=True).encode(
        color=alt.Color("pictures:N", title=None, scale=both, legend=key),
        strokeDash=alt.StrokeDash("pictures:N", title=None, scale=dashes, legend=key),
    )
    marked = (
        base.encode(color=alt.Color("pictures:N", title=None, scale=both, legend=None))
        .transform_joinaggregate(last="max(epoch)", groupby=["pictures"])
        .transform_filter(f"datum.pictures === '{names[1]}' || datum.epoch === datum.last")
        .mark_point(filled=True, size=30, opacity=1)
    )
    return layered(lines, marked)

"""Training against validation: a network that learns a few pictures by heart, while one looks on."""

from __future__ import annotations

from dataclasses import dataclass, replace

import altair as alt
import pandas as pd
import streamlit as st

from model.data import DataError
from model.language import _
from model.theory.overfitting import (
    DECAYS,
    DROPOUTS,
    EPOCHS,
    PICTURES,
    UNITS,
    VALIDATION,
    Curve,
    Task,
    learn,
    task,
)
from ui.lessons.choice import choose
from ui.sources import data_set


@dataclass(frozen=True)
class Setting:
    """What is learned and how: pictures, hidden units, weight decay, dropout."""

    pictures: int
    units: int
    decay: float
    dropout: float


def by_heart() -> Setting | None:
    """The section: four controls, the two curves and what they say; None where there is no data."""
    st.markdown(
        _(
            "Here a small network without convolutions learns from very few pictures, now, on this machine. Other "
            "pictures, which it never trains on, say what it has understood: the validation pictures."
        )
    )
    with st.container(horizontal=True, gap="medium"):
        setting = Setting(
            choose(_("Training pictures"), PICTURES, key="overfitting_pictures", default=100),
            choose(_("Hidden units"), UNITS, key="overfitting_units", default=64),
            choose(_("Weight decay"), DECAYS, key="overfitting_decay", written="{:g}".format),
            choose(_("Dropout"), DROPOUTS, key="overfitting_dropout", written="{:g}".format),
        )
    try:
        curve = curve_of(setting)
    except (DataError, ValueError) as error:
        st.error(str(error))
        return None
    with st.container(horizontal=True, gap="medium"):
        with st.container(key="overfitting_curve_loss"):
            st.altair_chart(
                _chart(curve, loss=True), height=270, alt=_("Loss of training and validation pictures by epoch")
            )
        with st.container(key="overfitting_curve_accuracy"):
            st.altair_chart(
                _chart(curve, loss=False), height=270, alt=_("Accuracy on training and validation pictures by epoch")
            )
    with st.container(key="overfitting_told"):
        st.markdown(_told(curve, setting))
    return setting


def curve_of(setting: Setting) -> Curve:
    """The curve of a setting, learned once for all sessions. Raises DataError."""
    return _learned(data_set().name, setting)


def with_other_pictures(setting: Setting) -> Setting:
    """The same with four times as many pictures, or with a quarter where there are no more."""
    more = setting.pictures * 4
    return replace(setting, pictures=more if more in PICTURES else setting.pictures // 4)


@st.cache_resource(show_spinner=False)
def _task(_name: str) -> Task:
    return task(data_set().train)


@st.cache_resource(show_spinner=False, max_entries=512)
def _learned(name: str, setting: Setting) -> Curve:
    return learn(_task(name), setting.pictures, setting.units, setting.decay, setting.dropout)


def _told(curve: Curve, setting: Setting) -> str:
    training, validation = (f"{100 * share[-1]:.1f} %" for share in (curve.accuracy, curve.validation_accuracy))
    text = _(
        "After {epochs} epochs it reads **{training}** of the {pictures} pictures it learned from and **{validation}** "
        "of {count} others: a gap of **{gap}** points.",
        epochs=EPOCHS, training=training, pictures=setting.pictures, validation=validation, count=VALIDATION,
        gap=f"{100 * curve.gap:.1f}",
    )  # fmt: skip
    best = curve.best
    rise = curve.validation_loss[-1] - curve.validation_loss[best]
    if rise < 0.01:
        return text + " " + _("The validation loss is as low as it has ever been.")
    return text + " " + _(
        "The validation loss was lowest after epoch {epoch} and has risen by {rise} since: from there on it learned by "
        "heart. To stop there is called early stopping.",
        epoch=curve.epochs[best], rise=f"{rise:.2f}",
    )  # fmt: skip


def _chart(curve: Curve, *, loss: bool) -> alt.LayerChart | alt.FacetChart:
    training, validation = _("training"), _("validation")
    parts = (
        (training, curve.loss if loss else curve.accuracy),
        (validation, curve.validation_loss if loss else curve.validation_accuracy),
    )
    table = pd.concat(
        [
            pd.DataFrame({"epoch": curve.epochs, "pictures": name, "value": [v if loss else 100 * v for v in values]})
            for name, values in parts
        ]
    )
    top = max(2.5, float(table["value"].max())) if loss else 100.0
    both = [training, validation]
    legend = alt.Legend(orient="top", symbolType="stroke", symbolSize=500, symbolStrokeWidth=2)
    base = alt.Chart(table).encode(
        x=alt.X("epoch:Q", title=_("Epoch"), scale=alt.Scale(domain=[0, EPOCHS], nice=False)),
        y=alt.Y("value:Q", title=_("Loss") if loss else _("Accuracy, %"), scale=alt.Scale(domain=[0, top])),
        color=alt.Color("pictures:N", title=None, scale=alt.Scale(domain=both), legend=legend),
        tooltip=[alt.Tooltip("pictures", title=_("Pictures")), "epoch", alt.Tooltip("value", format=".2f")],
    )
    dashes = alt.Scale(domain=both, range=[[1, 0], [5, 3]])
    lines = base.mark_line(strokeWidth=2.5).encode(
        strokeDash=alt.StrokeDash("pictures:N", title=None, scale=dashes, legend=legend)
    )
    if not loss:
        return alt.layer(lines)
    lowest = pd.DataFrame(
        {"epoch": [curve.epochs[curve.best]], "value": [curve.validation_loss[curve.best]], "text": [_("lowest")]}
    )
    mark = alt.Chart(lowest).encode(x="epoch:Q", y="value:Q")
    point = mark.mark_point(shape="triangle-down", filled=True, size=110, color="#e8850c", opacity=1, yOffset=-8)
    text = mark.mark_text(align="left", dx=9, dy=-14, fontWeight="bold", color="#e8850c").encode(text="text:N")
    return alt.layer(lines, point, text)

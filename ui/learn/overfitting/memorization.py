"""Training against validation: a network that learns a few pictures by heart, while one looks on."""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st

from model.data.datasets import DataError
from model.language import _
from model.theory.overfitting.memorization import (
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
from ui.learn.choice import choose
from ui.shared.charts import DASHES, MARK, Spec, layer, names, quantity, show
from ui.shared.data_set import data_set
from ui.shared.formatting import percent


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
            show(_chart(curve, loss=True), height=270, alt=_("Loss of training and validation pictures by epoch"))
        with st.container(key="overfitting_curve_accuracy"):
            show(_chart(curve, loss=False), height=270, alt=_("Accuracy on training and validation pictures by epoch"))
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
    training, validation = (percent(share[-1], counted=True) for share in (curve.accuracy, curve.validation_accuracy))
    text = _(
        "After {epochs} epochs it reads **{training}** of the {pictures} pictures it learned from and **{validation}** "
        "of {count} others: a gap of **{gap}** points.",
        epochs=EPOCHS,
        training=training,
        pictures=setting.pictures,
        validation=validation,
        count=VALIDATION,
        gap=f"{100 * curve.gap:.1f}",
    )
    best = curve.best
    rise = curve.validation_loss[-1] - curve.validation_loss[best]
    if rise < 0.01:
        return text + " " + _("The validation loss is as low as it has ever been.")
    return (
        text
        + " "
        + _(
            "The validation loss was lowest after epoch {epoch} and has risen by {rise} since: from there on it "
            "learned by heart. To stop there is called early stopping.",
            epoch=curve.epochs[best],
            rise=f"{rise:.2f}",
        )
    )


def _chart(curve: Curve, *, loss: bool) -> list[Spec]:
    both = [_("training"), _("validation")]
    measured = (curve.loss, curve.validation_loss) if loss else (curve.accuracy, curve.validation_accuracy)
    rows = [
        {"epoch": epoch, "pictures": name, "value": value if loss else 100 * value}
        for name, values in zip(both, measured, strict=True)
        for epoch, value in zip(curve.epochs, values, strict=True)
    ]
    top = max(2.5, *curve.loss, *curve.validation_loss) if loss else 100
    place = {
        "x": quantity("epoch", _("Epoch"), scale={"domain": [0, EPOCHS], "nice": False}),
        "y": quantity("value", _("Loss") if loss else _("Accuracy, %"), scale={"domain": [0, top]}),
    }
    color, dashes = names("pictures", both), names("pictures", both, range=DASHES)
    lines = layer({"type": "line", "strokeWidth": 2.5, "tooltip": True}, rows, **place, color=color, strokeDash=dashes)
    if not loss:
        return [lines]
    best = {"epoch": curve.epochs[curve.best], "value": curve.validation_loss[curve.best], "text": _("lowest")}
    point = {"type": "point", "shape": "triangle-up", "filled": True, "size": 110, "color": MARK, "opacity": 1}
    text = {"type": "text", "align": "left", "dx": 10, "dy": 12, "fontWeight": "bold", "color": MARK}
    return [
        lines,
        layer({**point, "yOffset": 9}, [best], **place),
        layer(text, [best], **place, text={"field": "text"}),
    ]

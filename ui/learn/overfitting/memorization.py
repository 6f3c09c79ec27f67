"""Training against validation: a network learns a few pictures by heart."""

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
    LearningCurve,
    MemorizationData,
    memorization_data,
    memorize,
)
from ui.learn.controls import choose
from ui.learn.layout import side_by_side
from ui.shared.charts import DASHES, MARK, Spec, layer, names, quantity, show
from ui.shared.data_set import data_set
from ui.shared.formatting import percent


@dataclass(frozen=True)
class Setting:
    """Training pictures, hidden units, weight decay and dropout (0 to 1)."""

    pictures: int
    units: int
    decay: float
    dropout: float


def memorization() -> Setting | None:
    """The section: four controls, the two curves and what they mean; None if there is no data."""
    st.markdown(
        _(
            "Here a small network without convolutions learns from very few pictures, on this machine. It never trains "
            "on the validation pictures, so they show what it has really understood."
        )
    )
    with st.container(horizontal=True, gap="medium"):
        setting = Setting(
            choose(_("Training pictures"), PICTURES, key="overfitting_pictures", default=100),
            choose(_("Hidden units"), UNITS, key="overfitting_units", default=64),
            choose(_("Weight decay"), DECAYS, key="overfitting_decay", format_func="{:g}".format),
            choose(_("Dropout"), DROPOUTS, key="overfitting_dropout", format_func="{:g}".format),
        )
    try:
        curve = curve_of(setting)
    except (DataError, ValueError) as error:
        st.error(str(error))
        return None
    left, right = side_by_side("overfitting_curve_loss", "overfitting_curve_accuracy")
    with left:
        show(_chart(curve, loss=True), height=270, alt=_("Loss of training and validation pictures by epoch"))
    with right:
        show(_chart(curve, loss=False), height=270, alt=_("Accuracy on training and validation pictures by epoch"))
    with st.container(key="overfitting_result"):
        st.markdown(_result(curve, setting))
    return setting


def curve_of(setting: Setting) -> LearningCurve:
    """The curve of a setting, trained once for all sessions. Raises DataError, and ValueError for too few pictures."""
    return _learned(data_set().name, setting)


def with_other_pictures(setting: Setting) -> Setting:
    """The same with four times as many pictures, or with a quarter if there are not so many."""
    more = setting.pictures * 4
    return replace(setting, pictures=more if more in PICTURES else setting.pictures // 4)


@st.cache_resource(show_spinner=False)
def _task(_name: str) -> MemorizationData:
    return memorization_data(data_set().train)


@st.cache_resource(show_spinner=False, max_entries=512)
def _learned(name: str, setting: Setting) -> LearningCurve:
    return memorize(_task(name), setting.pictures, setting.units, setting.decay, setting.dropout)


def _result(curve: LearningCurve, setting: Setting) -> str:
    """What the curves show, in words."""
    training, validation = (percent(share[-1], counted=True) for share in (curve.accuracy, curve.validation_accuracy))
    text = _(
        "After {epochs} epochs it reads **{training}** of the {pictures} pictures it learned from and **{validation}** "
        "of {count} others: a gap of **{gap:.1f}** points.",
        epochs=EPOCHS,
        training=training,
        pictures=setting.pictures,
        validation=validation,
        count=VALIDATION,
        gap=100 * curve.gap,
    )
    rise = curve.validation_loss[-1] - curve.validation_loss[curve.best]
    if rise < 0.01:
        return text + " " + _("The validation loss is at its lowest.")
    return (
        text
        + " "
        + _(
            "The validation loss was lowest after epoch {epoch} and has risen by {rise:.2f} since: from then on it "
            "learned by heart. Stopping there is called early stopping.",
            epoch=curve.epochs[curve.best],
            rise=rise,
        )
    )


def _chart(curve: LearningCurve, *, loss: bool) -> list[Spec]:
    """Loss or accuracy by epoch, for training and validation pictures."""
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

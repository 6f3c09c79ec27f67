"""The controls above the chart: what it shows, and against what."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from model.comparison.curves import CurveMetric
from model.language import N_, _

METRICS = {CurveMetric.ACCURACY: N_("Accuracy"), CurveMetric.ERROR: N_("Error"), CurveMetric.LOSS: N_("Loss")}
_EPOCHS, _SECONDS = N_("Epochs"), N_("Seconds")


@dataclass(frozen=True)
class ChartView:
    """What the chart shows.

    logarithmic: stretches the y axis near an accuracy of 100%, or near a loss of 0. by_time: x is seconds instead of
    epochs. training: the training curves are shown too.
    """

    metric: CurveMetric
    logarithmic: bool
    by_time: bool
    training: bool

    @property
    def from_top(self) -> bool:
        """Whether the height of a point is its distance from 100%, counted from the top."""
        return self.logarithmic and self.metric is CurveMetric.ACCURACY


def choose_view() -> ChartView:
    """Show the controls in one row."""
    names = {name: metric for metric, name in METRICS.items()}
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        metric = st.segmented_control(
            _("Show"),
            list(names),
            format_func=_,
            default=METRICS[CurveMetric.ACCURACY],
            required=True,
            key="compare_measure",
            persist_state="session",
        )
        against = st.segmented_control(
            _("Against"),
            [_EPOCHS, _SECONDS],
            format_func=_,
            default=_EPOCHS,
            required=True,
            key="compare_against",
            persist_state="session",
        )
        logarithmic = st.toggle(
            _("Logarithmic"),
            value=True,
            key="compare_log",
            persist_state="session",
            help=_("Stretches the axis near 100%: the distance from 90% to 99% is the same as from 99% to 99.9%"),
        )
        training = st.toggle(_("Training too"), key="compare_training", persist_state="session")
    return ChartView(names.get(metric or "", CurveMetric.ACCURACY), logarithmic, against == _SECONDS, training)

"""The results of a run: figures, confusion matrix and worst mistakes."""

from __future__ import annotations

from typing import Any

import streamlit as st

from model.data.datasets import DataError, DataSet, load_data
from model.language import _
from model.runs.run import Run, State
from model.training.evaluation import Mistake
from ui.shared.data_set import data_set
from ui.shared.formatting import duration, percent, plain_markdown
from ui.train.confusion import confusion_chart, show_mistakes


def run_report(run: Run) -> None:
    """The results of a run that finished or was stopped; nothing for any other run."""
    report = run.report()
    if report and run.state in (State.FINISHED, State.STOPPED):
        _figures(run, report)
        _mistakes(report)


def _figures(run: Run, report: dict[str, Any]) -> None:
    notice = run.notice
    if notice:
        st.info(plain_markdown(notice))
    with st.container(horizontal=True, gap="medium", key="run_figures"):
        st.metric(_("Test accuracy"), percent(report["test_accuracy"], 2, counted=True), width="content")
        st.metric(_("Training time"), duration(report["train_seconds"]), width="content")
        st.metric(_("Parameters"), f"{report['parameters']:,}", width="content")
        gap = _("{points:+.2f} points", points=100 * report["gap"])
        st.metric(_("Generalisation gap"), gap, width="content")
    st.caption(
        _(
            "The gap: it reads {training:.2%} of the pictures that it was trained on, and {test:.2%} of new pictures. "
            "The larger the gap, the more the network has learned by heart.",
            training=report["training_accuracy"],
            test=report["test_accuracy"],
        )
    )


def _mistakes(report: dict[str, Any]) -> None:
    left, right = st.container(key="run_confusion"), st.container(key="run_mistakes")
    with left:
        st.subheader(_("Which digits it confuses"), anchor=False)
        confusion_chart(report["confusion"])
    with right:
        st.subheader(_("Its five worst mistakes"), anchor=False)
        try:
            images = _data(report["data"]).test.images
        except DataError as error:
            st.error(plain_markdown(str(error)))
            return
        show_mistakes([Mistake(**mistake) for mistake in report["mistakes"]], images)


def _data(name: str) -> DataSet:
    """The data set of this name. All pages share one data set; it is used where it has the name."""
    data = data_set()
    return data if data.name == name else _digits()


@st.cache_resource(show_spinner=False)
def _digits() -> DataSet:
    return load_data("digits")

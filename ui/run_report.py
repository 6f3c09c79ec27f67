"""What came out of a run: figures, confusion and mistakes."""

from __future__ import annotations

from typing import Any

import streamlit as st

from model.data import DataError, DataSet, load_data
from model.evaluation import Mistake
from model.runs import Run, State
from ui.confusion import confusion_chart, worst_mistakes
from ui.live_run import duration
from ui.sources import data_set


def run_report(run: Run) -> None:
    """Figures, confusion and mistakes of a run that has them; nothing for one that broke off."""
    report = run.report()
    if report and run.state in (State.FINISHED, State.STOPPED):
        _figures(report)
        _mistakes(report)


def _figures(report: dict[str, Any]) -> None:
    if report["notice"]:
        st.info(report["notice"])
    with st.container(horizontal=True, gap="medium", key="run_figures"):
        st.metric("Test accuracy", f"{report['test_accuracy']:.2%}", width="content")
        st.metric("Training time", duration(report["train_seconds"]), width="content")
        st.metric("Parameters", f"{report['parameters']:,}", width="content")
        st.metric("Generalisation gap", f"{100 * report['gap']:+.2f} points", width="content")
    st.caption(
        f"The gap: it reads {report['training_accuracy']:.2%} of the pictures that it was trained on, and "
        f"{report['test_accuracy']:.2%} of new ones. The larger it is, the more was learned by heart."
    )


def _mistakes(report: dict[str, Any]) -> None:
    left, right = st.container(key="run_confusion"), st.container(key="run_mistakes")
    with left:
        st.subheader("Which digits it takes for which", anchor=False)
        confusion_chart(report["confusion"])
    with right:
        st.subheader("Its five worst mistakes", anchor=False)
        try:
            images = _data(report["data"]).test.images
        except DataError as error:
            st.error(str(error))
            return
        worst_mistakes([Mistake(**mistake) for mistake in report["mistakes"]], images)


def _data(name: str) -> DataSet:
    """The data set of that name; the one of all pages where it is that."""
    data = data_set()
    return data if data.name == name else _digits()


@st.cache_resource(show_spinner=False)
def _digits() -> DataSet:
    return load_data("digits")

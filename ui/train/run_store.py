"""The class's runs, shared by all sessions, and the thread that starts waiting runs."""

from __future__ import annotations

import logging
import threading
import time
from contextlib import suppress

import streamlit as st

from model.network.config import ModelConfig
from model.network.train_config import TrainConfig
from model.runs.run import RunError, State
from model.runs.store import RunStore, runs_folder
from ui.shared.formatting import plain_markdown

_DISPATCH_SECONDS = 0.5
_MEASURED_RUNS = 5
_page_opened = threading.Event()
_log = logging.getLogger("digit_lab.runs")


@st.cache_resource(show_spinner=False)
def run_store() -> RunStore:
    """The runs, shared by all sessions. Raises RunError where their folder cannot be used."""
    store = RunStore(runs_folder())
    threading.Thread(target=_dispatch_for_ever, args=(store,), name="runs", daemon=True).start()
    return store


def resume_queue() -> None:
    """Continue the queue of an earlier app, whichever page is opened first."""
    if runs_folder().is_dir():
        with suppress(RunError):
            run_store()


def store_or_stop() -> RunStore:
    """The runs. Where they cannot be used, the page shows the reason and stops here.

    From then on a process is kept ready, so the next run starts quickly.
    """
    _page_opened.set()
    try:
        return run_store()
    except RunError as error:
        st.error(plain_markdown(str(error)))
        st.stop()


def measured_speeds(store: RunStore) -> list[tuple[ModelConfig, TrainConfig, float]]:
    """Network, training and images per second of this machine's latest runs, for estimates of the time."""
    found = []
    for run in store.runs()[:_MEASURED_RUNS]:
        report, start = run.report(), run.metrics().start
        if run.settings and report and start and run.state in (State.FINISHED, State.STOPPED):
            seconds = sum(epoch["seconds"] for epoch in report["history"])
            if seconds:
                speed = start["images"] * len(report["history"]) / seconds
                found.append((run.settings.model, run.settings.train, speed))
    return found


def _dispatch_for_ever(store: RunStore) -> None:
    """The queue moves on even while no browser is connected."""
    problem = ""
    while True:
        try:
            store.dispatch()
            if _page_opened.is_set():
                store.prepare()
            problem = ""
        except (OSError, RunError) as error:
            if str(error) != problem:  # once, not twice a second
                problem = str(error)
                _log.error("the queue cannot move on: %s", problem)
        time.sleep(_DISPATCH_SECONDS)

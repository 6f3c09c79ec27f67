"""The class's runs, and the thread that lets them begin in their turn."""

from __future__ import annotations

import threading
import time
from contextlib import suppress

import streamlit as st

from model.network.config import ModelConfig
from model.network.train_config import TrainConfig
from model.runs.run import RunError, State
from model.runs.store import RunStore, runs_folder

_TURN_SECONDS = 0.5
_MEASURED = 5
_visited = threading.Event()


@st.cache_resource(show_spinner=False)
def run_store() -> RunStore:
    """The runs, shared by all sessions. Raises RunError where their folder cannot be used."""
    store = RunStore(runs_folder())
    threading.Thread(target=_dispatch_for_ever, args=(store,), name="runs", daemon=True).start()
    return store


def resume_queue() -> None:
    """Have runs that were waiting when an app ended go on, whoever opens which page of this one first."""
    if runs_folder().is_dir():
        with suppress(RunError):
            run_store()


def store_or_stop() -> RunStore:
    """The runs; where they cannot be had the page says why and ends here. From now on a start is quick."""
    _visited.set()
    try:
        return run_store()
    except RunError as error:
        st.error(str(error))
        st.stop()


def measured_speeds(store: RunStore) -> list[tuple[ModelConfig, TrainConfig, float]]:
    """Network, training and images per second of the latest runs of this machine: what estimates go by."""
    found = []
    for run in store.runs()[:_MEASURED]:
        report, start = run.report(), run.metrics().start
        if run.settings and report and start and run.state in (State.FINISHED, State.STOPPED):
            seconds = sum(epoch["seconds"] for epoch in report["history"])
            if seconds:
                speed = start["images"] * len(report["history"]) / seconds
                found.append((run.settings.model, run.settings.train, speed))
    return found


def _dispatch_for_ever(store: RunStore) -> None:
    """Sessions come and go; the queue must move on without any."""
    while True:
        with suppress(OSError, RunError):
            store.dispatch()
            if _visited.is_set():
                store.prepare()
        time.sleep(_TURN_SECONDS)

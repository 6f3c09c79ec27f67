"""A run while it is computed: its state, buttons, curves and the answer for the session's digit."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from model.language import _
from model.runs.run import Run, RunError, State
from model.runs.store import RunStore
from ui.shared.formatting import plain_markdown
from ui.train.curves import curves
from ui.train.run_answer import run_answer
from ui.train.run_network import run_network
from ui.train.run_progress import share_done, state_line

REFRESH_SECONDS = 0.4
"""For a run that is computed. A slower refresh looks as if the run had stopped."""

IDLE_SECONDS = 1.0
"""For a run that waits or is paused."""


def live_run(store: RunStore, run: Run, owner: str) -> None:
    """State, progress, buttons, curves and answer. They refresh by themselves while the run is active.

    When the state changes, the whole page runs once, because the rest of it changes too.
    """
    every = REFRESH_SECONDS if run.state in (State.RUNNING, State.STOPPING) else IDLE_SECONDS
    st.fragment(_show, run_every=every if run.state.active else None)(store, run.id, run.state, owner)


def _show(store: RunStore, name: str, state: State, owner: str) -> None:
    run = store.get(name)
    if run is None or run.state is not state:
        st.rerun()
    metrics = run.metrics()
    epochs = run.settings.train.epochs if run.settings else max([1, *(record["epoch"] for record in metrics.epochs)])
    with st.container(key="training_progress"):
        st.markdown(state_line(run, metrics))
        if run.state.active or metrics.start:
            st.progress(share_done(metrics, epochs))
        if run.state.active:
            _buttons(store, run, owner)
        else:
            run_network(store, run, owner)
        _explanation(run)
        if run.state.active or metrics.start:
            curves(metrics, epochs)
    if run.state.active:
        run_answer(run)


def _explanation(run: Run) -> None:
    """A sentence about a state that may surprise."""
    if run.state is State.WAITING:
        st.caption(_("Only one run is trained at a time. Yours will start automatically. You can leave this page."))
    elif run.state is State.PAUSED:
        st.caption(
            _("Other runs are trained now. If a run is paused for two hours, it ends and its best epoch is kept.")
        )
    elif run.state in (State.FAILED, State.DAMAGED):
        st.error(plain_markdown(run.message))
    elif run.state is State.INTERRUPTED:
        st.warning(plain_markdown(run.message))


def _buttons(store: RunStore, run: Run, owner: str) -> None:
    with st.container(horizontal=True, gap="small"):
        if run.state is State.PAUSED:
            _button(_("Resume"), "play_arrow", store.resume, run, owner)
        elif run.state is not State.WAITING:
            _button(_("Pause"), "pause", store.pause, run, owner)
        if run.state is State.WAITING and run.metrics().start is None:
            _button(_("Remove from the queue"), "stop", store.stop, run, owner)
        else:
            explanation = _("End the run now and keep its best epoch")
            _button(_("Stop"), "stop", store.stop, run, owner, explanation=explanation)


def _button(
    label: str,
    icon: str,
    action: Callable[[str, str], None],
    run: Run,
    owner: str,
    *,
    explanation: str | None = None,
) -> None:
    stopping = run.state is State.STOPPING
    if st.button(label, icon=f":material/{icon}:", disabled=stopping, key=f"run_{icon}", help=explanation):
        try:
            action(run.id, owner)
        except RunError as error:
            st.toast(plain_markdown(str(error)), icon=":material/error:")
        else:
            st.rerun()

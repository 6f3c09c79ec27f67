"""Playing the snapshots of a run like a film: each is shown for a moment, until the last one."""

from __future__ import annotations

import time
from collections.abc import Callable

import streamlit as st

from model.language import _
from ui.shared.state import state_of
from ui.train.comparison.state import TimeMachineState

SLIDER = "machine_at"
"""Key of the slider: the step of the snapshot that is shown."""

TICK_SECONDS = 0.5


def play_button() -> bool:
    """Show the button that starts or stops playing; returns whether the snapshots are playing."""
    playing = state_of(TimeMachineState).playing
    st.button(
        _("Stop") if playing else _("Play"),
        icon=":material/stop:" if playing else ":material/play_arrow:",
        on_click=stop if playing else _play,
        key="machine_play",
    )
    return playing


def stop() -> None:
    """Stop playing; for callbacks."""
    state_of(TimeMachineState).playing = False


def _play() -> None:
    state = state_of(TimeMachineState)
    state.playing, state.advanced = True, 0.0


def advance(steps: list[int]) -> None:
    """Move the slider to the next snapshot, from the last one to the first when playing has just begun.

    steps: of all snapshots, in order. Does nothing where the current snapshot has not been shown for long enough; stops
    at the last one.
    """
    state, widgets = state_of(TimeMachineState), st.session_state
    at = steps.index(widgets[SLIDER]) if widgets.get(SLIDER) in steps else 0
    now = time.monotonic()
    if not state.advanced:
        if at == len(steps) - 1:
            widgets[SLIDER] = steps[0]
    elif state.playing and now - state.advanced > TICK_SECONDS / 2:
        if at >= len(steps) - 1:
            stop()
        else:
            widgets[SLIDER] = steps[at + 1]
    state.advanced = now


def choose_step(steps: list[int], name: Callable[[int], str]) -> int:
    """The slider over the snapshots; returns the chosen step. name: what the slider shows for a step."""
    if st.session_state.get(SLIDER) not in steps:
        st.session_state[SLIDER] = steps[0]
    if len(steps) == 1:
        return steps[0]
    step = st.select_slider(_("When"), steps, format_func=name, key=SLIDER, persist_state="session", on_change=stop)
    return int(step)

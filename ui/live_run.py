"""A run as it goes on: how far it is, its curves, and what its network says about the digit of this session."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from model.checkpoint import CheckpointError
from model.recognizer import Reading, Recognizer
from model.run_folder import Metrics
from model.runs import Run, RunError, RunStore, State
from ui.components.bars import bars
from ui.components.pictures import Picture, pictures
from ui.curves import curves
from ui.digit import current_digit
from ui.run_network import load_network, run_network
from ui.text import percent, plain

REFRESH_SECONDS = 0.4
"""A picture of the run that is older than this looks as if it stood still."""

IDLE_SECONDS = 1.0
"""For a run that waits or is paused."""

_RECENT_SECONDS = 20.0
"""Speed and time left are taken from so many last seconds of the run."""


def live_run(store: RunStore, run: Run, owner: str) -> None:
    """State, progress, buttons, curves and answer, refreshed by themselves as long as the run is active.

    What it becomes then (waiting, paused, over) changes the rest of the page too, which is then run once.
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
            st.progress(done(metrics, epochs))
        if run.state.active:
            _controls(store, run, owner)
        else:
            run_network(store, run, owner)
        _remark(run)
        if run.state.active or metrics.start:
            curves(metrics, epochs)
    if run.state.active:
        answer(run)


def _remark(run: Run) -> None:
    if run.state is State.WAITING:
        st.caption("One run at a time computes here. Yours begins by itself; you may leave this page.")
    elif run.state is State.PAUSED:
        st.caption("Others may go first now. A run that stays paused for two hours ends with its best epoch.")
    elif run.state in (State.FAILED, State.DAMAGED):
        st.error(plain(run.message))
    elif run.state is State.INTERRUPTED:
        st.warning(plain(run.message))


def _controls(store: RunStore, run: Run, owner: str) -> None:
    with st.container(horizontal=True, gap="small"):
        if run.state is State.PAUSED:
            _control("Resume", "play_arrow", store.resume, run, owner)
        elif run.state is not State.WAITING:
            _control("Pause", "pause", store.pause, run, owner, disabled=run.state is State.STOPPING)
        never_begun = run.state is State.WAITING and run.metrics().start is None
        label = "Take out of the queue" if never_begun else "Stop"
        _control(label, "stop", store.stop, run, owner, disabled=run.state is State.STOPPING)


def _control(
    label: str, icon: str, act: Callable[[str, str], None], run: Run, owner: str, *, disabled: bool = False
) -> None:
    help_ = "End the run now and keep its best epoch" if label == "Stop" else None
    if st.button(label, icon=f":material/{icon}:", disabled=disabled, key=f"run_{icon}", help=help_):
        try:
            act(run.id, owner)
        except RunError as error:
            st.toast(str(error), icon=":material/error:")
        else:
            st.rerun()


def state_line(run: Run, metrics: Metrics) -> str:
    """What the run is doing, in one line that starts with its state; Markdown."""
    parts = [f"**{run.state.value.capitalize()}**"]
    settings = run.settings
    if settings is None:
        return parts[0]
    step = metrics.steps[-1] if metrics.steps else None
    total = settings.train.epochs
    if run.state is State.WAITING:
        parts.append(f"place {run.place} in the queue")
    elif run.state is State.STOPPING:
        parts.append("its best epoch reads the test pictures")
    elif run.state.active and step is None:
        parts.append("the pictures are being loaded" if metrics.start is None else "the first steps are being taken")
    elif run.state.active and step is not None:
        speed, left = pace(metrics, total)
        if left is None:
            parts.append("its best epoch reads the test pictures")
        else:
            parts.append(f"epoch {min(int(step['epoch']) + 1, total)} of {total}")
            if run.state is State.RUNNING:
                parts += [f"{duration(left)} left", f"{speed:,.0f} images/s"]
    else:
        parts += _ending(run, metrics)
    return " · ".join(parts)


def _ending(run: Run, metrics: Metrics) -> list[str]:
    report = run.report()
    if report and run.state in (State.FINISHED, State.STOPPED):
        count = report["epochs"]
        return [
            f"{report['test_accuracy']:.2%} on the test pictures",
            f"{count} epoch{'s' * (count != 1)} in {duration(report['train_seconds'])}",
            f"epoch {report['best_epoch']} is kept",
        ]
    if run.state is State.FAILED or not metrics.steps:
        return []
    kept = "its best epoch is kept" if run.best() else "nothing was kept"
    return [f"after {metrics.steps[-1]['epoch']:.1f} epochs", kept]


def done(metrics: Metrics, epochs: int) -> float:
    """The share of all steps that is done, 0 to 1."""
    return min(1.0, max(0.0, metrics.steps[-1]["epoch"] / epochs)) if metrics.steps else 0.0


def pace(metrics: Metrics, epochs: int) -> tuple[float, float | None]:
    """Images per second of the last moments, and seconds left; None where no step is left."""
    last = metrics.steps[-1]
    recent = [record for record in metrics.steps[-200:] if last["elapsed"] - record["elapsed"] <= _RECENT_SECONDS]
    speed = len(recent) / sum(1 / max(record["images_per_second"], 1e-9) for record in recent)
    left = epochs - last["epoch"]
    if left <= 1e-9:
        return speed, None
    first = recent[0]
    if len(recent) > 1 and last["epoch"] > first["epoch"]:
        # The clock counts validation and snapshots too, which the speed of the steps does not.
        return speed, left * (last["elapsed"] - first["elapsed"]) / (last["epoch"] - first["epoch"])
    images = metrics.start["images"] if metrics.start else 0
    return speed, left * images / max(speed, 1e-9)


def duration(seconds: float) -> str:
    """In words, to what matters: 8 s, 1 min 20 s, 2 h 5 min."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


# --- What its network says --------------------------------------------------------------------------------------------


def present_network(run: Run) -> Recognizer | None:
    """The network of a moment ago, or the one that was kept; None where there is none that can be read."""
    path = run.latest()
    try:
        return None if path is None else load_network(str(path), path.stat().st_mtime_ns)
    except (CheckpointError, OSError):  # it was replaced or removed just now
        return None


def answer(run: Run) -> None:
    """What the run's network says about this session's digit, at its present stage."""
    digit = current_digit()
    recognizer = present_network(run)
    reading = recognizer.read(digit.pixels) if digit is not None and recognizer is not None else None
    st.markdown("##### What it says about your digit")
    with st.container(key="run_answer", horizontal=True, gap="medium"):
        with st.container(key="run_answer_digit", width=150):
            _seen(reading)
        with st.container(key="run_answer_bars"):
            st.markdown(_sentence(run, reading, drawn=digit is not None))
            known = reading is not None and reading.digit is not None
            bars(
                reading.probabilities.tolist() if reading is not None and known else None,
                winner=reading.digit if reading is not None else None,
                label="How sure this network is of each digit", key="run_bars",
            )  # fmt: skip


def _seen(reading: Reading | None) -> None:
    if reading is not None and reading.digit is not None:
        pictures([Picture(reading.image, "What it sees", "Your digit as the network sees it")], key="run_seen")


def _sentence(run: Run, reading: Reading | None, *, drawn: bool) -> str:
    if not drawn:
        return "Draw a digit below, and see the answer change while the network learns."
    if reading is None:
        return "Its first answer comes with its first steps." if run.state.active else "There is no network to ask."
    if reading.digit is None:
        return "There is no ink to read."
    return f"It reads **{reading.digit}**, {percent(float(reading.probabilities[reading.digit]))} sure."

"""A run as it goes on: how far it is, its curves, and what its network says about the digit of this session."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from model.language import _, ngettext
from model.network.checkpoint import CheckpointError
from model.recognizer import Reading, Recognizer
from model.runs.folder import Metrics
from model.runs.run import Run, RunError, State
from model.runs.store import RunStore
from ui.components.bars import bars
from ui.components.pictures import Picture, pictures
from ui.shared.digit import current_digit
from ui.shared.formatting import duration, percent, plain_markdown
from ui.train.curves import curves
from ui.train.run_network import load_network, run_network

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
        st.caption(_("One run at a time computes here. Yours begins by itself; you may leave this page."))
    elif run.state is State.PAUSED:
        st.caption(_("Others may go first now. A run that stays paused for two hours ends with its best epoch."))
    elif run.state in (State.FAILED, State.DAMAGED):
        st.error(plain_markdown(run.message))
    elif run.state is State.INTERRUPTED:
        st.warning(plain_markdown(run.message))


def _controls(store: RunStore, run: Run, owner: str) -> None:
    with st.container(horizontal=True, gap="small"):
        if run.state is State.PAUSED:
            _control(_("Resume"), "play_arrow", store.resume, run, owner)
        elif run.state is not State.WAITING:
            _control(_("Pause"), "pause", store.pause, run, owner)
        if run.state is State.WAITING and run.metrics().start is None:
            _control(_("Take out of the queue"), "stop", store.stop, run, owner)
        else:
            about = _("End the run now and keep its best epoch")
            _control(_("Stop"), "stop", store.stop, run, owner, about=about)


def _control(
    label: str, icon: str, act: Callable[[str, str], None], run: Run, owner: str, *, about: str | None = None
) -> None:
    stopping = run.state is State.STOPPING
    if st.button(label, icon=f":material/{icon}:", disabled=stopping, key=f"run_{icon}", help=about):
        try:
            act(run.id, owner)
        except RunError as error:
            st.toast(str(error), icon=":material/error:")
        else:
            st.rerun()


def state_line(run: Run, metrics: Metrics) -> str:
    """What the run is doing, in one line that starts with its state; Markdown."""
    parts = [f"**{_(run.state.value).capitalize()}**"]
    settings = run.settings
    if settings is None:
        return parts[0]
    step = metrics.steps[-1] if metrics.steps else None
    total = settings.train.epochs
    if run.state is State.WAITING:
        parts.append(_("place {place} in the queue", place=run.place))
    elif run.state is State.STOPPING:
        parts.append(_("its best epoch reads the test pictures"))
    elif run.state.active and step is None:
        loading = metrics.start is None
        parts.append(_("the pictures are being loaded") if loading else _("the first steps are being taken"))
    elif run.state.active and step is not None:
        speed, left = pace(metrics, total)
        if left is None:
            parts.append(_("its best epoch reads the test pictures"))
        else:
            parts.append(_("epoch {epoch} of {total}", epoch=min(int(step["epoch"]) + 1, total), total=total))
            if run.state is State.RUNNING:
                parts += [_("{time} left", time=duration(left)), _("{speed:,.0f} images/s", speed=speed)]
    else:
        parts += _ending(run, metrics)
    return " · ".join(parts)


def _ending(run: Run, metrics: Metrics) -> list[str]:
    report = run.report()
    if report and run.state in (State.FINISHED, State.STOPPED):
        time = duration(report["train_seconds"])
        return [
            _("{share:.2%} on the test pictures", share=report["test_accuracy"]),
            ngettext("{count} epoch in {time}", "{count} epochs in {time}", report["epochs"], time=time),
            _("epoch {epoch} is kept", epoch=report["best_epoch"]),
        ]
    if run.state is State.FAILED or not metrics.steps:
        return []
    kept = _("its best epoch is kept") if run.best() else _("nothing was kept")
    return [_("after {count:.1f} epochs", count=metrics.steps[-1]["epoch"]), kept]


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
    st.markdown("##### " + _("What it says about your digit"))
    with st.container(key="run_answer", horizontal=True, gap="medium"):
        with st.container(key="run_answer_digit", width=150):
            _seen(reading)
        with st.container(key="run_answer_bars"):
            st.markdown(_sentence(run, reading, drawn=digit is not None))
            known = reading is not None and reading.digit is not None
            bars(
                reading.probabilities.tolist() if reading is not None and known else None,
                winner=reading.digit if reading is not None else None,
                label=_("How sure this network is of each digit"),
                key="run_bars",
            )


def _seen(reading: Reading | None) -> None:
    if reading is not None and reading.digit is not None:
        seen = Picture(reading.image, _("What it sees"), _("Your digit as the network sees it"))
        pictures([seen], key="run_seen")


def _sentence(run: Run, reading: Reading | None, *, drawn: bool) -> str:
    if not drawn:
        return _("Draw a digit below, and see the answer change while the network learns.")
    if reading is None:
        active = run.state.active
        return _("Its first answer comes with its first steps.") if active else _("There is no network to ask.")
    if reading.digit is None:
        return _("There is no ink to read.")
    share = percent(float(reading.probabilities[reading.digit]))
    return _("It reads **{digit}**, {share} sure.", digit=reading.digit, share=share)

"""The time machine: the snapshots of a run one after another, each with the network's answer and its first layer."""

from __future__ import annotations

import streamlit as st

from model.comparison.compared_run import MAX_COMPARED, compared_run
from model.comparison.snapshot_network import Float
from model.data.preprocess import preprocess
from model.language import _, ngettext
from model.network.checkpoint import CheckpointError
from model.runs.run import Run
from ui.components.bars import bars
from ui.draw.canvas import SIDE
from ui.draw.source import digit_source
from ui.shared.digit import current_digit
from ui.shared.formatting import percent, plain_markdown
from ui.shared.state import state_of
from ui.train.comparison.first_layer import show_first_layer
from ui.train.comparison.letters import LETTERS
from ui.train.comparison.snapshot_networks import color_limits, snapshot_files, snapshot_network
from ui.train.comparison.snapshot_player import TICK_SECONDS, advance, choose_step, play_button
from ui.train.comparison.state import TimeMachineState

RUN = "machine_run"
"""Key of the chooser: the id of the run."""


@st.fragment
def time_machine(runs: list[Run]) -> None:
    """Let the student choose one of the first six runs and walk through its snapshots."""
    walkable = {run.id: run for run in runs[:MAX_COMPARED] if run.snapshots()}
    if not walkable:
        st.info(_("None of these runs has a snapshot yet; the first is saved as soon as a run begins."))
        return
    with st.container(horizontal=True, gap="medium"):
        left, right = st.container(width=SIDE), st.container(key="machine")
    with left:
        digit_source()
    with right:
        with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
            run = _choose_run(walkable, [run.id for run in runs if run.settings])
            playing = play_button()
        show = st.fragment(_playing_snapshot, run_every=TICK_SECONDS) if playing else _snapshot
        show(run)


def _choose_run(walkable: dict[str, Run], compared: list[str]) -> Run:
    """compared: the ids of the runs that have a letter, in its order."""
    if st.session_state.get(RUN) not in list(walkable):  # a list, because a browser may have sent anything
        st.session_state[RUN] = next(iter(walkable))
    letters = dict(zip(compared, LETTERS, strict=False))
    names = {name: f"{letters.get(name, '')} · {run.title}" for name, run in walkable.items()}
    name = st.selectbox(
        _("Run"),
        list(walkable),
        format_func=lambda name: names.get(name, name),
        key=RUN,
        persist_state="session",
        width=320,
    )
    return walkable[str(name)]


def _playing_snapshot(run: Run) -> None:
    advance(list(snapshot_files(run.snapshots())))
    _snapshot(run)
    if not state_of(TimeMachineState).playing:
        st.rerun()  # this fragment runs again and again, so the page must be drawn without it


def _snapshot(run: Run) -> None:
    """The slider, and everything about the snapshot that it points to."""
    files = snapshot_files(run.snapshots())
    compared = compared_run(run)
    if not files or compared is None:
        st.warning(_("The snapshots of this run no longer exist, because the run was deleted."))
        return
    start = compared.metrics.start
    per_epoch = int(start["steps_per_epoch"]) if start else 0
    step = choose_step(list(files), lambda step: step_name(step, per_epoch))
    try:
        network = snapshot_network(*files[step])
    except CheckpointError as error:
        st.warning(plain_markdown(str(error)))
        return
    name = step_name(step, per_epoch).capitalize()
    st.markdown(_sentence(name, step, compared.validation_accuracy_after(step)))
    image = _image()
    activations, probabilities = (None, None) if image is None else network.compute(image)
    _answer(probabilities)
    show_first_layer(network, activations, color_limits(tuple(files.values()), image))


def step_name(step: int, steps_per_epoch: int) -> str:
    """When a snapshot was saved: start, 1/64 epoch, epoch 3, or step 7 where it is no simple part of an epoch.

    steps_per_epoch: 0 where it is unknown.
    """
    if step == 0:
        return _("start")
    if steps_per_epoch < 1:
        return _("step {step}", step=step)
    if step % steps_per_epoch == 0:
        return _("epoch {epoch}", epoch=step // steps_per_epoch)
    parts = round(steps_per_epoch / step)
    close = parts > 1 and abs(parts * step / steps_per_epoch - 1) < 0.06
    return _("1/{parts} epoch", parts=parts) if close else _("step {step}", step=step)


def _sentence(name: str, step: int, accuracy: float | None) -> str:
    """When it was, and the validation accuracy where it was measured; Markdown."""
    if accuracy is None:
        return ngettext("**{moment}**, after {count:,} step", "**{moment}**, after {count:,} steps", step, moment=name)
    return ngettext(
        "**{moment}**, after {count:,} step: {share} of the validation pictures right",
        "**{moment}**, after {count:,} steps: {share} of the validation pictures right",
        step,
        moment=name,
        share=percent(accuracy, counted=True),
    )


def _image() -> Float | None:
    """The student's digit as the network sees it: float32 (28, 28) in [0, 1]; None without ink."""
    digit = current_digit()
    seen = preprocess(digit.pixels) if digit else None
    return None if seen is None or seen.blank else seen.image


def _answer(probabilities: Float | None) -> None:
    if probabilities is None:
        st.caption(_("Draw a digit to see what the network answered at that moment."))
        bars(None, winner=None, label=_("No digit yet"), key="machine_bars")
        return
    bars(
        probabilities.tolist(),
        winner=int(probabilities.argmax()),
        label=_("How sure the network was of each digit"),
        key="machine_bars",
    )

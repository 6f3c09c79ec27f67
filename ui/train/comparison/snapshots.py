"""A walk through the snapshots of a run: what the first layer looked like, and what the network answered, back then."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st
import torch
from numpy.typing import NDArray

from model.data.preprocess import preprocess
from model.inspection.activations import activation_name, layer_outputs
from model.inspection.filters import kernels
from model.language import N_, _, ngettext
from model.network.checkpoint import CheckpointError, load_checkpoint
from model.network.cnn import DigitCNN
from model.network.layers import IMAGE_SIZE
from model.runs.comparison import LETTERS, MAX_COMPARED
from model.runs.folder import Snapshot
from model.runs.run import Run
from ui.components.bars import bars
from ui.components.pictures import Picture, pictures
from ui.draw.canvas import SIDE
from ui.draw.source import digit_source
from ui.shared.digit import current_digit
from ui.shared.formatting import percent

RUN, AT = "machine_run", "machine_at"
_PLAYING, _MOVED = "machine_playing", "machine_moved"
TICK_SECONDS = 0.5
SHOWN = 32
"""Pictures of a row; a layer of more is shown in part."""

KEPT_BYTES = 4 * 2**20
"""Snapshots up to this size are kept in memory once they are loaded: a first walk then is as quick as the second."""

Float = NDArray[np.float32]
File = tuple[str, int]
"""A path, and when it was last changed."""


@dataclass(frozen=True)
class Moment:
    """A network as it was. first: float32 (units, height, width), the weights of the first layer as pictures."""

    network: DigitCNN
    first: Float

    @property
    def dense(self) -> bool:
        """Whether there is no convolution, so that the first layer sees the whole picture at once."""
        return not self.network.config.filters


# --- Loading ----------------------------------------------------------------------------------------------------------


def moment_of(file: File, size: int) -> Moment:
    """The network in a snapshot of so many bytes. Raises CheckpointError where it is gone or damaged."""
    return _kept_moment(*file) if size <= KEPT_BYTES else _load(file[0])


@st.cache_resource(max_entries=72, show_spinner=False)  # three runs of 24 snapshots
def _kept_moment(path: str, changed: int) -> Moment:
    return _load(path)


def _load(path: str) -> Moment:
    network = load_checkpoint(path).build()
    if network.config.filters:
        first = kernels(network, 0).weights[:, 0]
    else:
        first = network.dense.weight.reshape(-1, IMAGE_SIZE, IMAGE_SIZE)
    return Moment(network, first.numpy())


@st.cache_data(max_entries=256, show_spinner=False)
def scales(files: tuple[tuple[File, int], ...], image: Float | None) -> tuple[float, float]:
    """The largest weight and, for an image, the largest answer of the first layer over all these snapshots.

    One scale for all of them, so that a change of shade is a change of the network. Snapshots that are gone count as 0.
    """
    weights = answers = 0.0
    for file, size in files:
        try:
            moment = moment_of(file, size)
        except CheckpointError:
            continue
        weights = max(weights, float(np.abs(moment.first[:SHOWN]).max()))
        if image is not None:
            answers = max(answers, float(np.abs(first_answers(moment, image)[0][:SHOWN]).max()))
    return weights, answers


def first_answers(moment: Moment, image: Float) -> tuple[Float, Float]:
    """For float32 (28, 28): the first layer's activations, (filters, H, W) or (units,), and the ten probabilities."""
    outputs = layer_outputs(moment.network, torch.from_numpy(image))
    name = "dense_activation" if moment.dense else activation_name(0)
    return outputs[name].numpy(), outputs["output"].softmax(0).numpy()


def files_of(snapshots: Sequence[Snapshot]) -> dict[int, tuple[File, int]]:
    """File and size of each snapshot by its step; those that have just been deleted are left out."""
    found = {}
    for snapshot in snapshots:
        try:
            stat = snapshot.path.stat()
        except OSError:
            continue
        found[snapshot.step] = ((str(snapshot.path), stat.st_mtime_ns), stat.st_size)
    return found


def moment_name(step: int, steps_per_epoch: int) -> str:
    """When a snapshot was made, as one says it: start, 1/64 epoch, epoch 3."""
    if step == 0:
        return _("start")
    if steps_per_epoch < 1:
        return _("step {step}", step=step)
    if step % steps_per_epoch == 0:
        return _("epoch {epoch}", epoch=step // steps_per_epoch)
    parts = round(steps_per_epoch / step)
    exact = parts > 1 and abs(parts * step / steps_per_epoch - 1) < 0.06
    return _("1/{parts} epoch", parts=parts) if exact else _("step {step}", step=step)


def validation_at(run: Run, step: int) -> float | None:
    """The accuracy on the validation pictures after so many steps, 0 to 1, as far as it was taken."""
    metrics = run.metrics()
    for record in metrics.epochs:
        if record["step"] == step and record["validation_accuracy"] is not None:
            return float(record["validation_accuracy"])
    return next((float(record["accuracy"]) for record in metrics.checks if record["step"] == step), None)


# --- Showing ----------------------------------------------------------------------------------------------------------


@st.fragment
def time_machine(runs: list[Run]) -> None:
    """Choose one of the runs and walk through its snapshots."""
    walkable = {run.id: run for run in runs[:MAX_COMPARED] if run.snapshots()}
    if not walkable:
        st.info(_("None of these runs has a snapshot yet; the first comes as soon as a run begins."))
        return
    letters = dict(zip([run.id for run in runs if run.settings], LETTERS, strict=False))
    if st.session_state.get(RUN) not in walkable:
        st.session_state[RUN] = next(iter(walkable))
    with st.container(horizontal=True, gap="medium"):
        left, right = st.container(width=SIDE), st.container(key="machine")
    with left:
        digit_source()
    with right:
        with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
            names = {name: f"{letters.get(name, '')} · {run.title}" for name, run in walkable.items()}
            name = st.selectbox(
                _("Run"),
                list(walkable),
                format_func=lambda name: names.get(name, name),
                key=RUN,
                persist_state="session",
                width=320,
            )
            playing = bool(st.session_state.get(_PLAYING))
            st.button(
                _("Stop") if playing else _("Play"),
                icon=":material/stop:" if playing else ":material/play_arrow:",
                on_click=_stop if playing else _play,
                key="machine_play",
            )
        run = walkable[str(name)]
        show = st.fragment(_playing_moment, run_every=TICK_SECONDS) if playing else _moment
        show(run)


def _play() -> None:
    st.session_state[_PLAYING] = True
    st.session_state[_MOVED] = 0.0


def _stop() -> None:
    st.session_state[_PLAYING] = False


def _playing_moment(run: Run) -> None:
    """One step further each time, until the last."""
    steps = list(files_of(run.snapshots()))
    state = st.session_state
    at = steps.index(state[AT]) if state.get(AT) in steps else 0
    fresh, now = not state[_MOVED], time.monotonic()
    if fresh and at == len(steps) - 1:
        state[AT] = steps[0]  # from the end it starts again
    elif not fresh and state.get(_PLAYING) and now - state[_MOVED] > TICK_SECONDS / 2:
        if at >= len(steps) - 1:
            _stop()
        else:
            state[AT] = steps[at + 1]
    state[_MOVED] = now
    _moment(run)
    if not state.get(_PLAYING):
        st.rerun()  # its clock must be taken away


def _moment(run: Run) -> None:
    """The slider, and everything about the snapshot that it is at."""
    files = files_of(run.snapshots())
    if not files:
        st.warning(_("The snapshots of this run are gone; somebody deleted it."))
        return
    start = run.metrics().start
    per_epoch = int(start["steps_per_epoch"]) if start else 0
    step = _choose_step(list(files), per_epoch)
    try:
        moment = moment_of(*files[step])
    except CheckpointError as error:
        st.warning(str(error))
        return
    st.markdown(_sentence(moment_name(step, per_epoch).capitalize(), step, validation_at(run, step)))
    digit = current_digit()
    seen = preprocess(digit.pixels) if digit else None
    image = None if seen is None or seen.blank else seen.image
    limits = scales(tuple(files.values()), image)
    _answer(moment, image)
    _first_layer(moment, image, limits)


def _sentence(name: str, step: int, accuracy: float | None) -> str:
    """When it was, and how well it read the validation pictures, as far as that was taken; Markdown."""
    if accuracy is None:
        return ngettext("**{moment}**, after {count:,} step", "**{moment}**, after {count:,} steps", step, moment=name)
    return ngettext(
        "**{moment}**, after {count:,} step: {share} of the validation pictures right",
        "**{moment}**, after {count:,} steps: {share} of the validation pictures right",
        step,
        moment=name,
        share=percent(accuracy),
    )


def _choose_step(steps: list[int], per_epoch: int) -> int:
    if st.session_state.get(AT) not in steps:
        st.session_state[AT] = steps[0]
    if len(steps) == 1:
        return steps[0]
    step = st.select_slider(
        _("When"),
        steps,
        format_func=lambda step: moment_name(step, per_epoch),
        key=AT,
        persist_state="session",
        on_change=_stop,
    )
    return int(step)


def _answer(moment: Moment, image: Float | None) -> None:
    if image is None:
        st.caption(_("Draw a digit, and see what the network made of it then."))
        bars(None, winner=None, label=_("No digit yet"), key="machine_bars")
        return
    _first, shares = first_answers(moment, image)
    bars(
        shares.tolist(),
        winner=int(shares.argmax()),
        label=_("How sure the network was of each digit"),
        key="machine_bars",
    )


def _first_layer(moment: Moment, image: Float | None, limits: tuple[float, float]) -> None:
    weights, answers = limits
    count = len(moment.first)
    part = [_("The first {shown} of {count}.", shown=SHOWN, count=count)] if count > SHOWN else []
    responses = None if image is None else first_answers(moment, image)[0][:SHOWN]
    if moment.dense:
        st.markdown(_("**Weights of the first dense units**"))
        about = _(
            "This network has no convolution: each unit weighs all 28x28 pixels. Orange wants ink, blue wants paper, "
            "up to ±{limit:.2f} at all times. The number is its answer to your digit.",
            limit=weights,
        )
        st.caption(" ".join([*part, about]))
        notes = [""] * count if responses is None else [f"{value:.2f}" for value in responses.tolist()]
        _row(moment.first, weights, N_("Weights of unit {number}"), "machine_kernels", notes=notes)
        return
    side = moment.first.shape[-1]
    st.markdown(_("**Kernels of the first layer**"))
    about = _(
        "{side}x{side} weights each: orange looks for ink, blue for paper, up to ±{limit:.2f} at all times.",
        side=side,
        limit=weights,
    )
    st.caption(" ".join([*part, about]))
    _row(moment.first, weights, N_("Kernel of filter {number}"), "machine_kernels")
    if responses is None:
        return
    st.markdown(_("**Their feature maps for your digit**"))
    st.caption(_("What each kernel answers, up to ±{limit:.2f} at all times.", limit=answers))
    _row(responses, answers, N_("Feature map of filter {number}"), "machine_maps")


def _row(values: Float, limit: float, what: str, key: str, notes: Sequence[str] = ()) -> None:
    row = [
        Picture(value, str(number), _(what, number=number), notes[number - 1] if notes else "", limit=limit)
        for number, value in enumerate(values[:SHOWN], start=1)
    ]
    pictures(row, key=key, size="3.2rem")

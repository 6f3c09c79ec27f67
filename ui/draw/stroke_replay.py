"""The replay of a drawing: the answer of the network after each stroke."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import streamlit as st

from model.data.painting import render_pen_strokes
from model.data.preprocess import Float, Steps
from model.language import _
from model.recognizer import Recognizer
from ui.components.bars import bars
from ui.components.pictures import Picture, pictures
from ui.draw.canvas import SIDE
from ui.shared.digit import Digit
from ui.shared.formatting import percent

MAX_STROKES = 12
"""A digit has one to four strokes. Of a scribble, only the first strokes are replayed."""


def stroke_replay(recognizer: Recognizer, digit: Digit | None, steps: Steps) -> None:
    """Show the answer after each stroke and where it changed. Nothing for a digit that was not drawn."""
    if digit is None or not digit.strokes:
        return
    st.subheader(_("Stroke by stroke"), anchor=False)
    strokes = digit.strokes[:MAX_STROKES]
    if len(strokes) == 1:
        st.caption(
            _(
                "This digit has one stroke so far. Draw it with two or more strokes to see how the answer changes "
                "after each of them."
            )
        )
        return
    readings = recognizer.read_many(render_pen_strokes(strokes, SIDE)[1:], steps)
    answers = [_("no digit") if reading.digit is None else str(reading.digit) for reading in readings]
    with st.container(horizontal=True, gap="medium"):
        left, right = st.container(width=SIDE), st.container(key="replay_answer")
    with left:
        chosen = st.slider(_("After stroke"), 1, len(strokes), len(strokes), key=f"replay_{len(strokes)}", width=SIDE)
        changes = [
            _(
                "Stroke {number} changed the answer from {before} to {after}.",
                number=number + 1,
                before=before,
                after=after,
            )
            for number, (before, after) in enumerate(pairwise(answers), start=1)
            if before != after
        ]
        now = _("After stroke {number} the answer is **{answer}**.", number=chosen, answer=answers[chosen - 1])
        first = _("The answer after the first stroke was {answer}.", answer=answers[0])
        st.markdown(" ".join([now, first, *(changes or [_("No later stroke changed the answer.")])]))
        pictures(
            [
                Picture(
                    _half_size(reading.steps.ink),
                    _("Stroke {number}", number=number),
                    _("The drawing after stroke {number}", number=number),
                    f"{reading.digit}: {percent(float(reading.probabilities.max()), 0)}",
                    marked=number == chosen,
                )
                for number, reading in enumerate(readings, start=1)
            ],
            key="replay_pictures",
        )
    with right:
        shown = readings[chosen - 1]
        bars(
            None if shown.digit is None else shown.probabilities.tolist(),
            winner=shown.digit,
            label=_("How sure the network is after stroke {number}", number=chosen),
            key="replay_bars",
        )


def _half_size(ink: Float) -> Float:
    """The means of 2x2 pixels: enough for a small picture."""
    height, width = ink.shape
    return np.asarray(ink.reshape(height // 2, 2, width // 2, 2).mean(axis=(1, 3)), np.float32)

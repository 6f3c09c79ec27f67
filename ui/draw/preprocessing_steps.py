"""The preprocessing steps of a drawing on its way into the network, and its replay stroke by stroke."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import streamlit as st

from model.data.painting import render_pen_strokes
from model.data.preprocess import Float, Steps
from model.language import _
from model.recognizer import Reading, Recognizer
from ui.components.bars import bars
from ui.components.pictures import Picture, pictures
from ui.draw.canvas import SIDE
from ui.shared.digit import Digit
from ui.shared.formatting import percent

MAX_REPLAYED = 12
"""A digit has one to four strokes; of a scribble the first are replayed."""


def preprocessing_steps(reading: Reading | None, steps: Steps, *, drawn: bool) -> None:
    """Ink, crop, scaled, shifted and final picture, side by side; what a switched-off step leaves is said."""
    if reading is None or reading.digit is None:
        st.caption(_("Once there is ink, its way into the network shows here."))
        return
    way = reading.steps
    (height, width), side = way.crop.shape, way.scaled.shape[0]
    x, y = way.shift
    middle = way.placed.shape[0] / 2
    row = [
        Picture(
            way.ink,
            _("1. Your ink") if drawn else _("1. The ink"),
            _("The whole drawing"),
            _("{width}x{height} pixels", width=way.ink.shape[1], height=way.ink.shape[0]),
        ),
        Picture(
            way.crop,
            _("2. The crop"),
            _("The drawing cropped to its ink"),
            _("{width}x{height} pixels", width=width, height=height) if steps.crop else _("off: all of it"),
        ),
        Picture(
            way.scaled,
            _("3. Scaled"),
            _("The crop scaled to {side} by {side} pixels", side=side),
            _("into 20x20") if steps.fit else _("off: stretched to 28x28"),
        ),
        Picture(
            way.placed,
            _("4. Shifted"),
            _("The digit in the middle of 28 by 28 pixels, its centre of mass marked"),
            _moved(x, y) if steps.center else _("off: not moved"),
            dot=(middle - x, middle - y) if steps.center else None,
        ),
        Picture(
            way.image, _("5. The input"), _("The 28 by 28 picture that the network saw"), _("what it sees"), marked=True
        ),
    ]
    pictures(row, key="preprocessing_steps", arrows=True)


def _moved(x: float, y: float) -> str:
    across = _("{pixels:.1f} right", pixels=x) if x >= 0 else _("{pixels:.1f} left", pixels=-x)
    along = _("{pixels:.1f} down", pixels=y) if y >= 0 else _("{pixels:.1f} up", pixels=-y)
    return _(", ").join([across, along])


def replay(recognizer: Recognizer, digit: Digit | None, steps: Steps) -> None:
    """The answer after each stroke, and where it changed; for drawings only."""
    if digit is None or not digit.strokes:
        return
    st.subheader(_("Stroke by stroke"), anchor=False)
    strokes = digit.strokes[:MAX_REPLAYED]
    if len(strokes) == 1:
        st.caption(
            _("This digit is one stroke so far. Draw it in two or more, and watch the answer change between them.")
        )
        return
    readings = recognizer.read_many(render_pen_strokes(strokes, SIDE)[1:], steps)
    answers = [_("no digit") if reading.digit is None else str(reading.digit) for reading in readings]
    with st.container(horizontal=True, gap="medium"):
        left, right = st.container(width=SIDE), st.container(key="replay_answer")
    with left:
        chosen = st.slider(_("After stroke"), 1, len(strokes), len(strokes), key=f"replay_{len(strokes)}", width=SIDE)
        changes = [
            _("Stroke {number} changed it from {before} to {after}.", number=number + 1, before=before, after=after)
            for number, (before, after) in enumerate(pairwise(answers), start=1)
            if before != after
        ]
        now = _("After stroke {number} the answer is **{answer}**.", number=chosen, answer=answers[chosen - 1])
        begun = _("It began as {answer}.", answer=answers[0])
        st.markdown(" ".join([now, begun, *(changes or [_("No later stroke changed it.")])]))
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
    """What a small picture can show: the means of 2x2 pixels."""
    height, width = ink.shape
    return np.asarray(ink.reshape(height // 2, 2, width // 2, 2).mean(axis=(1, 3)), np.float32)

"""The stations of a drawing on its way into the network, and its replay stroke by stroke."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import streamlit as st

from model.preprocess import Float, Steps
from model.recognizer import Reading, Recognizer
from model.strokes import render_pen_strokes
from ui.canvas import SIDE
from ui.components.bars import bars
from ui.components.pictures import Picture, pictures
from ui.digit import Digit
from ui.text import percent

MAX_REPLAYED = 12
"""A digit has one to four strokes; of a scribble the first are replayed."""


def stations(reading: Reading | None, steps: Steps, *, drawn: bool) -> None:
    """Ink, crop, scaled, shifted and final picture, side by side; what a switched-off step leaves is said."""
    if reading is None or reading.digit is None:
        st.caption("Once there is ink, its way into the network shows here.")
        return
    way = reading.steps
    (height, width), side = way.crop.shape, way.scaled.shape[0]
    x, y = way.shift
    middle = way.placed.shape[0] / 2
    row = [
        Picture(
            way.ink,
            "1. Your ink" if drawn else "1. The ink",
            "The whole drawing",
            f"{way.ink.shape[1]}x{way.ink.shape[0]} pixels",
        ),
        Picture(
            way.crop,
            "2. The crop",
            "The drawing cropped to its ink",
            f"{width}x{height} pixels" if steps.crop else "off: all of it",
        ),
        Picture(
            way.scaled,
            "3. Scaled",
            f"The crop scaled to {side} by {side} pixels",
            "into 20x20" if steps.fit else "off: stretched to 28x28",
        ),
        Picture(
            way.placed,
            "4. Shifted",
            "The digit in the middle of 28 by 28 pixels, its centre of mass marked",
            f"{_direction(x, 'right', 'left')}, {_direction(y, 'down', 'up')}" if steps.center else "off: not moved",
            dot=(middle - x, middle - y) if steps.center else None,
        ),
        Picture(way.image, "5. The input", "The 28 by 28 picture that the network saw", "what it sees", marked=True),
    ]
    pictures(row, key="stations", arrows=True)


def _direction(pixels: float, positive: str, negative: str) -> str:
    return f"{abs(pixels):.1f} {positive if pixels >= 0 else negative}"


def replay(recognizer: Recognizer, digit: Digit | None, steps: Steps) -> None:
    """The answer after each stroke, and where it changed; for drawings only."""
    if digit is None or not digit.strokes:
        return
    st.subheader("Stroke by stroke", anchor=False)
    strokes = digit.strokes[:MAX_REPLAYED]
    if len(strokes) == 1:
        st.caption("This digit is one stroke so far. Draw it in two or more, and watch the answer change between them.")
        return
    readings = recognizer.read_many(render_pen_strokes(strokes, SIDE)[1:], steps)
    answers = ["no digit" if reading.digit is None else str(reading.digit) for reading in readings]
    with st.container(horizontal=True, gap="medium"):
        left, right = st.container(width=SIDE), st.container(key="replay_answer")
    with left:
        chosen = st.slider("After stroke", 1, len(strokes), len(strokes), key=f"replay_{len(strokes)}", width=SIDE)
        changes = [
            f"stroke {number + 1} changed it from {before} to {after}"
            for number, (before, after) in enumerate(pairwise(answers), start=1)
            if before != after
        ]
        told = "; ".join(changes) if changes else "no later stroke changed it"
        st.markdown(f"After stroke {chosen} the answer is **{answers[chosen - 1]}**. It began as {answers[0]}; {told}.")
        pictures(
            [
                Picture(
                    _half_size(reading.steps.ink), f"Stroke {number}", f"The drawing after stroke {number}",
                    f"{reading.digit}: {percent(float(reading.probabilities.max()), 0)}", marked=number == chosen,
                )
                for number, reading in enumerate(readings, start=1)
            ],
            key="replay_pictures",
        )  # fmt: skip
    with right:
        shown = readings[chosen - 1]
        bars(
            None if shown.digit is None else shown.probabilities.tolist(),
            winner=shown.digit, label=f"How sure the network is after stroke {chosen}", key="replay_bars",
        )  # fmt: skip


def _half_size(ink: Float) -> Float:
    """What a small picture can show: the means of 2x2 pixels."""
    height, width = ink.shape
    return np.asarray(ink.reshape(height // 2, 2, width // 2, 2).mean(axis=(1, 3)), np.float32)

"""The digit that the lessons work with: the student's own as a picture of 28x28 numbers, or an example."""

from __future__ import annotations

import numpy as np
import streamlit as st
import torch
from torch import Tensor

from model.data.painting import render_strokes
from model.data.strokes import Stroke, place_strokes
from model.language import _
from model.recognizer import Reading
from ui.components.pictures import Picture, pictures
from ui.draw.canvas import PEN, SIDE
from ui.draw.source import digit_source
from ui.shared.digit import Digit, current_digit
from ui.shared.network_choice import chosen_network

EXAMPLE: tuple[Stroke, ...] = (((25.0, 0.0), (0.0, 60.0), (65.0, 60.0)), ((50.0, 25.0), (50.0, 100.0)))
"""A 4, for students who have not drawn anything yet."""

_EXAMPLE_SIZE = 220


def lesson_digit() -> Digit:
    """The digit of this session, or the example if there is none."""
    return current_digit() or _example()


def lesson_reading() -> Reading:
    """What the chosen network reads in `lesson_digit`; for an empty canvas, what it reads in the example."""
    reading = chosen_network().read(lesson_digit().pixels)
    if reading.digit is None:
        return chosen_network().read(_example().pixels)
    return reading


def lesson_picture() -> Tensor:
    """Show the lesson's digit and a canvas to draw another; returns it as the network sees it.

    float32 (28, 28) in [0, 1]. Call it once on a page, inside the fragment that the picture changes.
    """
    place = st.container(horizontal=True, vertical_alignment="center", gap="small")
    with st.expander(_("Draw another digit"), icon=":material/draw:"):
        digit_source()
    reading = lesson_reading()
    with place:
        with st.container(width=96):
            pictures([Picture(reading.image, "", _("The digit of this lesson"))], key="lesson_digit", size="5rem")
        if current_digit() is None:
            st.markdown(_("This is an example until you draw a digit. All pages of the app then work with your digit."))
        else:
            st.markdown(_("Your digit, as the network sees it: 28 rows of 28 numbers between 0 and 1."))
    return torch.from_numpy(np.ascontiguousarray(reading.image))


@st.cache_resource(show_spinner=False)
def _example() -> Digit:
    return Digit(render_strokes(place_strokes(EXAMPLE, SIDE, _EXAMPLE_SIZE, PEN), PEN, SIDE))

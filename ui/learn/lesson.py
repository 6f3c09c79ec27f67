"""What the lessons share: the student's own digit as a picture of 28x28 numbers, and a drawer to change it."""

from __future__ import annotations

import streamlit as st

from model.data.painting import render_strokes
from model.data.preprocess import Float
from model.data.strokes import Stroke, place_strokes
from model.language import _
from model.recognizer import Reading
from ui.components.pictures import Picture, pictures
from ui.draw.canvas import PEN, SIDE
from ui.draw.source import digit_source
from ui.shared.digit import Digit, current_digit
from ui.shared.network_choice import chosen_network

EXAMPLE: tuple[Stroke, ...] = (((25.0, 0.0), (0.0, 60.0), (65.0, 60.0)), ((50.0, 25.0), (50.0, 100.0)))
"""A 4, for those who have not drawn anything yet."""

_EXAMPLE_SIZE = 220


def lesson_digit() -> Digit:
    """This session's digit, or the example until there is one."""
    return current_digit() or _example()


def lesson_reading() -> Reading:
    """What the chosen network says about `lesson_digit`; a blank sheet counts as none drawn."""
    reading = chosen_network().read(lesson_digit().pixels)
    if reading.digit is None:
        return chosen_network().read(_example().pixels)
    return reading


def lesson_picture() -> Float:
    """float32 (28, 28) in [0, 1]: `lesson_digit` as a network sees it, with a drawer to draw another.

    Call it once on a page, inside the fragment that the picture changes.
    """
    place = st.container(horizontal=True, vertical_alignment="center", gap="small")
    with st.expander(_("Draw another digit"), icon=":material/draw:"):
        digit_source()
    reading = lesson_reading()
    with place:
        with st.container(width=96):
            pictures([Picture(reading.image, "", _("The digit of this lesson"))], key="lesson_digit", size="5rem")
        if current_digit() is None:
            st.markdown(_("An example, until you draw a digit of your own. All pages of the app work with it then."))
        else:
            st.markdown(_("Your digit, as the network sees it: 28 rows of 28 numbers between 0 and 1."))
    return reading.image


@st.cache_resource(show_spinner=False)
def _example() -> Digit:
    return Digit(render_strokes(place_strokes(EXAMPLE, SIDE, _EXAMPLE_SIZE, PEN), PEN, SIDE))

"""The page Draw a digit: draw, see the answer of the network, and follow the preprocessing."""

import streamlit as st

from model.data.preprocess import Steps
from model.language import _
from model.recognizer import Reading
from ui.components.bars import answer_bars
from ui.components.current_reading import share_reading
from ui.draw.canvas import SIDE
from ui.draw.preprocessing_steps import preprocessing_steps
from ui.draw.source import digit_source
from ui.draw.stroke_replay import stroke_replay
from ui.shared.formatting import percent
from ui.shared.network_choice import chosen_network


def answer(reading: Reading | None) -> None:
    """The digit in large type with its probability, and with the second choice where that is close."""
    with st.container(key="prediction"):
        if reading is None or reading.digit is None:
            st.header(":material/draw:", anchor=False)
            st.markdown(_("Draw a digit from 0 to 9, and the network will read it."))
        else:
            share = percent(float(reading.probabilities[reading.digit]))
            st.header(str(reading.digit), anchor=False)
            if reading.runner_up is None:
                st.markdown(_("The network is {share} sure.", share=share))
            else:
                second = percent(float(reading.probabilities[reading.runner_up]))
                text = _("**{digit}, or maybe {other}**: {share} against {second}.")
                st.markdown(text.format(digit=reading.digit, other=reading.runner_up, share=share, second=second))
    with st.container(key="probabilities"):
        answer_bars(reading, live=True)


def step_switches() -> Steps:
    """One switch per step of the preprocessing."""
    with st.container(horizontal=True, gap="medium"):
        return Steps(
            crop=st.toggle(_("Crop to the ink"), value=True, key="crop", persist_state="session"),
            fit=st.toggle(_("Scale into 20x20"), value=True, key="fit", persist_state="session"),
            center=st.toggle(_("Centre of mass to the middle"), value=True, key="center", persist_state="session"),
        )


@st.fragment
def draw_and_read() -> None:
    """All parts that a new stroke changes. As a fragment, so that only they run again."""
    with st.container(horizontal=True, gap="medium"):
        left, right = st.container(width=SIDE), st.container(key="answer")
    with left:
        digit = digit_source()

    st.subheader(_("From your ink to what the network sees"), anchor=False)
    steps = step_switches()
    recognizer = chosen_network()
    reading = recognizer.read(digit.pixels, steps) if digit else None
    with right:
        answer(reading)
    share_reading(reading, steps)
    preprocessing_steps(reading, steps, drawn=bool(digit and digit.strokes))
    stroke_replay(recognizer, digit, steps)


st.title(_("Draw a digit"), anchor=False)
draw_and_read()

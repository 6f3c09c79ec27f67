"""Why the network reads a digit as it does: the evidence, the smallest change, and the nearest training digits."""

import streamlit as st

from model.language import N_, _
from model.recognizer import Reading
from ui.components.bars import answer_bars
from ui.draw.canvas import SIDE
from ui.draw.source import digit_source
from ui.inside.why.adversarial import adversarial_example
from ui.inside.why.attribution import evidence
from ui.inside.why.embedding_map import embedding_map
from ui.shared.formatting import a_digit, percent, plain_markdown
from ui.shared.network_choice import chosen_name, chosen_network, shown_name

EVIDENCE, CHANGE, PLACE = N_("Evidence"), N_("Smallest change"), N_("Similar digits")
SECTIONS = {EVIDENCE: evidence, CHANGE: adversarial_example, PLACE: embedding_map}


def in_brief(reading: Reading, answer: int) -> None:
    """The answer that the sections explain."""
    share = percent(float(reading.probabilities[answer]))
    network = plain_markdown(shown_name(chosen_name()))
    st.markdown(
        _("{network} reads **{a_digit}**, {share} sure.", network=network, a_digit=a_digit(answer), share=share)
    )
    answer_bars(reading)


@st.fragment
def why() -> None:
    """Everything that a new stroke changes."""
    with st.container(horizontal=True, gap="medium"):
        left, right = st.container(width=SIDE), st.container(key="why")
    with left:
        digit = digit_source()
    recognizer = chosen_network()
    reading = recognizer.read(digit.pixels) if digit else None
    if reading is None or reading.digit is None:
        right.markdown(_("Draw a digit to see why the network reads it as it does."))
        return
    with left, st.container(key="prediction_in_brief"):
        in_brief(reading, reading.digit)
    with right:
        section = st.segmented_control(
            _("What to look at"),
            list(SECTIONS),
            format_func=_,
            default=EVIDENCE,
            required=True,
            key="why_section",
            persist_state="session",
            label_visibility="collapsed",
        )
        SECTIONS[section](recognizer, reading, reading.digit)


st.title(_("Why?"), anchor=False)
st.markdown(
    _("Which parts of your digit decided the answer, what would change it, and which training digits it resembles.")
)
why()

"""How little must change for another answer: the drawing, the difference, and what the network then says."""

from __future__ import annotations

import streamlit as st

from model.counterfactual import NOTICEABLE, Change, find_change
from model.network import DigitCNN
from model.preprocess import Float
from model.recognizer import Reading, Recognizer
from ui.components.bars import bars
from ui.components.pictures import Picture, pictures
from ui.evidence import DIGITS
from ui.text import a_digit, percent

ANY = "any other digit"
SMALLEST, STRONGEST = "As little as needed", "All that is allowed"


def smallest_change(recognizer: Recognizer, reading: Reading, answer: int) -> None:
    """Choose a digit and a budget per pixel, and see what turns the answer."""
    with st.container(horizontal=True, key="change_question", vertical_alignment="bottom"):
        wanted = st.selectbox("Make it a", [ANY, *DIGITS], key="change_target", persist_state="session", width=170)
        budget = st.slider(
            "Largest change of a pixel", 1, 50, 20, format="%d %%", key="change_budget", persist_state="session",
            width=220, help="100 % is the way from black to white",
        )  # fmt: skip
    use = st.segmented_control(
        "How much to change", [SMALLEST, STRONGEST], default=SMALLEST, required=True, key="change_use",
        persist_state="session", label_visibility="collapsed",
    )  # fmt: skip
    target = None if wanted == ANY else int(wanted)
    if target == answer:
        st.info(f"The network reads {a_digit(target)} already. Choose another digit.")
        return
    with st.spinner("Searching …"):
        change = _found(
            recognizer.fingerprint, reading.image, target, budget / 100, use != STRONGEST, recognizer.network
        )
    _tell(change, target, budget)
    most = percent(change.largest, 1)
    pictures(
        [
            Picture(reading.image, "Your drawing", "The drawing as the network sees it", f"read as {answer}"),
            Picture(
                change.difference, "The change", f"The change to each pixel, {most} at most",
                f"orange more ink, blue less, by up to {most}".replace(" %", "\u00a0%"), limit=change.largest or 1.0,
            ),
            Picture(
                change.image, "Both together", f"The changed drawing, which the network reads as {change.answer}",
                f"read as {change.answer}", marked=change.success,
            ),
        ],
        key="change_pictures", arrows=True,
    )  # fmt: skip
    with st.container(key="change_bars"):
        bars(
            change.probabilities.tolist(), winner=change.answer,
            label="How sure the network is of each digit after the change", key="change_probabilities",
        )  # fmt: skip
    st.caption(
        "Such a change is called adversarial. It follows the gradient of the network's answer, pixel by pixel, and to "
        "people it mostly looks like dirt. The network has learned which pixels go with which digit in its training "
        "pictures, and not what a digit is to us: it can be as sure of the one picture as of the other."
    )


def _tell(change: Change, target: int | None, budget: int) -> None:
    if not change.success:
        wanted = "other digit" if target is None else str(target)
        closest = "" if target is None else (
            f" The closest picture gives the {target} {percent(float(change.probabilities[target]))}."
        )  # fmt: skip
        st.markdown(
            f"**No {wanted} was found** with changes of up to {budget} % per pixel.{closest} That is no proof: a "
            "longer search might find one."
        )
        return
    share = percent(float(change.probabilities[change.answer]))
    st.markdown(
        f"**It becomes {a_digit(change.answer)}**, {share} sure, though no pixel changes by more than "
        f"{percent(change.largest, 1)} of the way from black to white. {change.noticeable} of {change.image.size} "
        f"pixels change by more than {percent(NOTICEABLE, 0)}."
    )


@st.cache_data(max_entries=256, show_spinner=False)
def _found(
    fingerprint: str, image: Float, target: int | None, budget: float, smallest: bool, _network: DigitCNN
) -> Change:
    """The search, once for all; the fingerprint stands for the network, which is not hashed."""
    return find_change(_network, image, target, budget, smallest=smallest)

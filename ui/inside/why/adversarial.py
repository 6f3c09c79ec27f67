"""How little must change for another answer: the drawing, the difference, and what the network then says."""

from __future__ import annotations

import streamlit as st

from model.data.preprocess import Float
from model.inspection.adversarial import NOTICEABLE, Change, find_adversarial
from model.language import N_, _
from model.network.cnn import DigitCNN
from model.recognizer import Reading, Recognizer
from ui.components.bars import bars
from ui.components.pictures import Picture, pictures
from ui.inside.why.attribution import DIGITS
from ui.shared.formatting import a_digit, percent

ANY = N_("any other digit")
SMALLEST, STRONGEST = N_("As little as needed"), N_("All that is allowed")


def adversarial_example(recognizer: Recognizer, reading: Reading, answer: int) -> None:
    """Choose a digit and a budget per pixel, and see what turns the answer."""
    with st.container(horizontal=True, key="change_question", vertical_alignment="bottom"):
        wanted = st.selectbox(
            _("Make it a"), [ANY, *DIGITS], format_func=_, key="change_target", persist_state="session", width=170
        )
        budget = st.slider(
            _("Largest change of a pixel"),
            1,
            50,
            20,
            format="%d%%",
            key="change_budget",
            persist_state="session",
            width=220,
            help=_("100% is the way from black to white"),
        )
    use = st.segmented_control(
        _("How much to change"),
        [SMALLEST, STRONGEST],
        format_func=_,
        default=SMALLEST,
        required=True,
        key="change_use",
        persist_state="session",
        label_visibility="collapsed",
    )
    target = None if wanted == ANY else int(wanted)
    if target == answer:
        st.info(_("The network reads {a_digit} already. Choose another digit.", a_digit=a_digit(target)))
        return
    with st.spinner(_("Searching …")):
        change = _found(
            recognizer.fingerprint, reading.image, target, budget / 100, use != STRONGEST, recognizer.network
        )
    _tell(change, target, budget)
    most = percent(change.largest, 1)
    pictures(
        [
            Picture(
                reading.image,
                _("Your drawing"),
                _("The drawing as the network sees it"),
                _("read as {digit}", digit=answer),
            ),
            Picture(
                change.difference,
                _("The change"),
                _("The change to each pixel, {most} at most", most=most),
                _("orange more ink, blue less, by up to {most}", most=most),
                limit=change.largest or 1.0,
            ),
            Picture(
                change.image,
                _("Both together"),
                _("The changed drawing, which the network reads as {digit}", digit=change.answer),
                _("read as {digit}", digit=change.answer),
                marked=change.success,
            ),
        ],
        key="change_pictures",
        arrows=True,
    )
    with st.container(key="change_bars"):
        bars(
            change.probabilities.tolist(),
            winner=change.answer,
            label=_("How sure the network is of each digit after the change"),
            key="change_probabilities",
        )
    st.caption(
        _(
            "Such a change is called adversarial. It follows the gradient of the network's answer, pixel by pixel, and "
            "to people it mostly looks like dirt. The network has learned which pixels go with which digit in its "
            "training pictures, and not what a digit is to us: it can be as sure of the one picture as of the other."
        )
    )


def _tell(change: Change, target: int | None, budget: int) -> None:
    if change.success:
        told = _(
            "**It becomes {a_digit}**, {share} sure, though no pixel changes by more than {most} of the way from black "
            "to white. {count} of {pixels} pixels change by more than {noticeable}.",
            a_digit=a_digit(change.answer),
            share=percent(float(change.probabilities[change.answer])),
            most=percent(change.largest, 1),
            count=change.noticeable,
            pixels=change.image.size,
            noticeable=percent(NOTICEABLE, 0),
        )
    elif target is None:
        told = _(
            "**No other digit was found** with changes of up to {budget}% per pixel. That is no proof: a longer "
            "search might find one.",
            budget=budget,
        )
    else:
        told = _(
            "**No {digit} was found** with changes of up to {budget}% per pixel. The closest picture gives the "
            "{digit} {share}. That is no proof: a longer search might find one.",
            digit=target,
            budget=budget,
            share=percent(float(change.probabilities[target])),
        )
    st.markdown(told)


@st.cache_data(max_entries=256, show_spinner=False)
def _found(
    fingerprint: str, image: Float, target: int | None, budget: float, smallest: bool, _network: DigitCNN
) -> Change:
    """The search, once for all; the fingerprint stands for the network, which is not hashed."""
    return find_adversarial(_network, image, target, budget, smallest=smallest)

"""The section Smallest change: an adversarial example of the drawing, and the network's answer to it."""

from __future__ import annotations

import streamlit as st

from model.data.preprocess import Float
from model.inspection.adversarial import NOTICEABLE, AdversarialExample, find_adversarial
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
    """The section: choose a digit and a budget, then see the example. answer: the digit that the network reads."""
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
            help=_("A change of 100% turns black into white"),
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
        example = _example(
            recognizer.fingerprint, reading.image, target, budget / 100, use != STRONGEST, recognizer.network
        )
    _show_result(example, target, budget)
    most = percent(example.largest, 1)
    pictures(
        [
            Picture(
                reading.image,
                _("Your drawing"),
                _("The drawing as the network sees it"),
                _("read as {digit}", digit=answer),
            ),
            Picture(
                example.perturbation,
                _("The change"),
                _("The change to each pixel, {most} at most", most=most),
                _("orange more ink, blue less, by up to {most}", most=most),
                limit=example.largest or 1.0,
            ),
            Picture(
                example.image,
                _("Both together"),
                _("The changed drawing, which the network reads as {digit}", digit=example.answer),
                _("read as {digit}", digit=example.answer),
                marked=example.success,
            ),
        ],
        key="change_pictures",
        arrows=True,
    )
    with st.container(key="change_bars"):
        bars(
            example.probabilities.tolist(),
            winner=example.answer,
            label=_("How sure the network is of each digit after the change"),
            key="change_probabilities",
        )
    st.caption(
        _(
            "A picture with this kind of change is called an adversarial example. The change follows the gradient of "
            "the network's output, pixel by pixel. To people it mostly looks like dirt. The network has learned which "
            "pixels go with which digit in its training pictures, but not what a digit is for people. So it can be as "
            "sure of the changed picture as of the drawing."
        )
    )


def _show_result(example: AdversarialExample, target: int | None, budget: int) -> None:
    """Whether the search succeeded, in words. budget: in percent."""
    if example.success:
        text = _(
            "**It becomes {a_digit}**, {share} sure. No pixel changes by more than {most} of the range from black to "
            "white. {count} of {pixels} pixels change by more than {noticeable}.",
            a_digit=a_digit(example.answer),
            share=percent(float(example.probabilities[example.answer])),
            most=percent(example.largest, 1),
            count=example.noticeable,
            pixels=example.image.size,
            noticeable=percent(NOTICEABLE, 0),
        )
    elif target is None:
        text = _(
            "**No other digit was found** with changes of up to {budget}% per pixel. This does not prove that there "
            "is none: a longer search might find one.",
            budget=budget,
        )
    else:
        text = _(
            "**No {digit} was found** with changes of up to {budget}% per pixel. The closest picture gives the "
            "{digit} {share}. This does not prove that there is none: a longer search might find one.",
            digit=target,
            budget=budget,
            share=percent(float(example.probabilities[target])),
        )
    st.markdown(text)


@st.cache_data(max_entries=256, show_spinner=False)
def _example(
    fingerprint: str, image: Float, target: int | None, budget: float, smallest: bool, _network: DigitCNN
) -> AdversarialExample:
    """The search, done once for all sessions. The fingerprint identifies the network, which is not hashed."""
    return find_adversarial(_network, image, target, budget, smallest=smallest)

"""Unusual test pictures: odd ones, which are far from the others, and doubtful ones, which the network misreads."""

from __future__ import annotations

import streamlit as st

from model.data.datasets import DataSet, ImageSet
from model.language import _, ngettext
from model.network.layers import CLASSES
from model.recognizer import Recognizer
from model.theory.cnn.dataset import NetworkResults, network_results
from model.training.evaluation import most_certain_mistakes
from ui.components.pictures import Picture, pictures
from ui.learn.cnn.browse import pixels_of
from ui.learn.controls import choose
from ui.shared.data_set import data_set
from ui.shared.formatting import percent
from ui.shared.shared_work import SharedWork

ODD, DOUBTFUL = 10, 20
"""Pictures shown of each kind."""


@st.fragment
def odd_and_doubtful(recognizer: Recognizer) -> None:
    """The odd pictures of a digit, then the doubtful pictures of all digits."""
    data = data_set()
    work = _study(recognizer.fingerprint, data.name, recognizer, data)
    found = work.finish(_("The network reads the test pictures. This happens once …"))
    _odd(found, data.test)
    _doubtful(found, data.test)


def _odd(found: NetworkResults, test: ImageSet) -> None:
    st.markdown(
        _(
            "Odd: the test pictures of a digit that are farthest from its mean in the last hidden layer of the "
            "network. The network may still read them correctly."
        )
    )
    digit = choose(_("Odd pictures of"), range(CLASSES), key="cnn_odd_digit", default=7)
    shares, answers = found.logits.softmax(1).max(1)
    odd = found.most_unusual(test.labels, digit, ODD)
    pictures(
        [
            Picture(
                pixels_of(test, number),
                _("read as {answer}", answer=int(answers[number])),
                _("Test picture {number:,}, labelled {digit}", number=number, digit=digit),
                percent(float(shares[number]), 0),
                marked=int(answers[number]) != digit,
            )
            for number in odd
        ],
        key="cnn_odd",
        size="5rem",
    )
    if not odd:
        st.markdown(_("There is no picture of this digit."))


def _doubtful(found: NetworkResults, test: ImageSet) -> None:
    wrong = int((found.logits.argmax(1) != test.labels).sum())
    if not wrong:
        st.markdown(_("Doubtful: none. The network reads every test picture as its label says."))
        return
    st.markdown(
        ngettext(
            "Doubtful: the network reads {count:,} test picture as another digit than its label says.",
            "Doubtful: the network reads {count:,} test pictures as another digit than their labels say.",
            wrong,
        )
    )
    pictures(
        [
            Picture(
                pixels_of(test, mistake.number),
                _("label {label}", label=mistake.label),
                _(
                    "Test picture {number:,}, labelled {label}, read as {digit}",
                    number=mistake.number,
                    label=mistake.label,
                    digit=mistake.digit,
                ),
                _("read as {digit}, {share}", digit=mistake.digit, share=percent(mistake.share, 0)),
            )
            for mistake in most_certain_mistakes(found.logits, test.labels, DOUBTFUL)
        ],
        key="cnn_doubtful",
        size="6rem",
    )
    st.caption(
        _(
            "The mistakes of which the network was most certain come first. Who is wrong: the network, the writer, or "
            "the person who wrote the label? For some pictures nobody can know. No network can read all of them."
        )
    )


@st.cache_resource(max_entries=16, show_spinner=False)
def _study(fingerprint: str, name: str, _recognizer: Recognizer, _data: DataSet) -> SharedWork[NetworkResults]:
    return SharedWork(lambda: network_results(_recognizer.network, _data.test))

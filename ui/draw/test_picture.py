"""The digit from the test set: chosen by its number or at random."""

from __future__ import annotations

import secrets

import streamlit as st

from model.data.datasets import DataError
from model.language import _
from ui.draw.show_picture import show_picture
from ui.shared.data_set import data_set
from ui.shared.digit import Digit

NUMBER_KEY = "test_number"


def test_picture() -> Digit | None:
    """Choose a test picture and show it. Returns None, and shows the reason, where the data cannot be read."""
    try:
        with st.spinner(_("Loading the test pictures …")):
            data = data_set()
    except DataError as error:
        st.error(str(error))
        return None
    if data.notice:
        st.info(data.notice)
    last = len(data.test) - 1
    _keep_number_within(last)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        number = st.number_input(
            _("Test picture, 0 to {last:,}", last=last), 0, last, step=1, key=NUMBER_KEY, persist_state="session"
        )
        st.button(_("Random"), icon=":material/casino:", on_click=_choose_at_random, args=(last,), key="random")
    number = 0 if number is None else number  # the field is empty
    pixels, label = data.test.images[number, 0].numpy(), int(data.test.labels[number])
    show_picture(pixels, _("Test picture {number:,}: a handwritten {digit}", number=number, digit=label))
    st.caption(_("The label of this picture is **{digit}**. The network was not trained on it.", digit=label))
    return Digit(pixels)


def _keep_number_within(last: int) -> None:
    number = st.session_state.get(NUMBER_KEY)
    st.session_state[NUMBER_KEY] = min(int(number or 0), last)


def _choose_at_random(last: int) -> None:
    st.session_state[NUMBER_KEY] = secrets.randbelow(last + 1)

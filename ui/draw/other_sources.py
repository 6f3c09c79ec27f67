"""Digits without drawing: a picture of the test set, or a file of the user's own."""

from __future__ import annotations

import logging
import secrets

import numpy as np
import streamlit as st

from model.data.datasets import DataError
from model.data.picture_file import MAX_FILE_BYTES, PictureError, read_picture
from model.language import _
from ui.shared.data_set import data_set
from ui.shared.digit import Digit

_log = logging.getLogger("digit_lab.uploads")
_NUMBER = "test_number"
_UPLOADED = "uploaded"


def test_picture() -> Digit | None:
    """A test picture chosen by number or at random; None where the data cannot be read, which the page then says."""
    try:
        with st.spinner(_("Loading the test pictures …")):
            data = data_set()
    except DataError as error:
        st.error(str(error))
        return None
    if data.notice:
        st.info(data.notice)
    last = len(data.test) - 1
    st.session_state.setdefault(_NUMBER, 0)
    st.session_state[_NUMBER] = min(int(st.session_state[_NUMBER] or 0), last)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        number = st.number_input(
            _("Test picture, 0 to {last:,}", last=last), 0, last, step=1, key=_NUMBER, persist_state="session"
        )
        st.button(_("Random"), icon=":material/casino:", on_click=_draw_lot, args=(last,), key="random")
    number = 0 if number is None else number  # the field was emptied
    pixels, label = data.test.images[number, 0].numpy(), int(data.test.labels[number])
    _show(pixels, _("Test picture {number:,}: a handwritten {digit}", number=number, digit=label))
    st.caption(_("Somebody wrote this as a **{digit}**. The network has never been trained on it.", digit=label))
    return Digit(pixels)


def uploaded_picture() -> Digit | None:
    """A picture from a file; None before there is one, or where it is refused, which the page then says."""
    file = st.file_uploader(
        _("A picture of one digit, PNG or JPEG"),
        type=["png", "jpg", "jpeg"],
        key="file",
        max_upload_size=MAX_FILE_BYTES // 2**20,
    )
    name, pixels = st.session_state.get(_UPLOADED, (None, None))
    if file is not None and file.file_id != name:  # a file is unpacked once, not at every click on the page
        st.session_state.pop(_UPLOADED, None)
        pixels = None
        try:
            pixels = read_picture(file.getvalue())
            st.session_state[_UPLOADED] = (file.file_id, pixels)
        except PictureError as error:
            _log.info("uploaded picture refused (%d bytes)", file.size)
            st.error(str(error))
    if pixels is None:
        st.caption(_("A photo of a digit on paper works too: one digit, not too much around it."))
        return None
    _show(pixels, _("The uploaded picture"))
    return Digit(pixels)


def _draw_lot(last: int) -> None:
    st.session_state[_NUMBER] = secrets.randbelow(last + 1)


def _show(pixels: np.ndarray, alt: str) -> None:
    enlarge = max(1, 280 // max(pixels.shape[:2]))
    st.image(np.kron(pixels, np.ones((enlarge, enlarge) + (1,) * (pixels.ndim - 2), np.uint8)), width=280, alt=alt)

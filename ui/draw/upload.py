"""The digit from a file of the user: a photo or a picture of one digit."""

from __future__ import annotations

import logging
from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from model.data.picture_file import MAX_FILE_BYTES, PictureError, read_picture
from model.language import _
from ui.draw.show_picture import show_picture
from ui.shared.digit import Digit
from ui.shared.state import state_of

_log = logging.getLogger("digit_lab.uploads")


@dataclass
class Upload:
    """The last picture that was read, with the id of its file. It stays when the user visits another page."""

    file_id: str | None = None
    pixels: NDArray[np.uint8] | None = None


def uploaded_picture() -> Digit | None:
    """Take a picture file and show it. Returns None before there is one, and where it is refused with a reason."""
    file = st.file_uploader(
        _("A picture of one digit, PNG or JPEG"),
        type=["png", "jpg", "jpeg"],
        key="file",
        max_upload_size=MAX_FILE_BYTES // 2**20,
    )
    upload = state_of(Upload)
    if file is not None and file.file_id != upload.file_id:  # a file is decoded once, not at every click on the page
        upload.file_id = upload.pixels = None
        try:
            upload.pixels = read_picture(file.getvalue())
            upload.file_id = file.file_id
        except PictureError as error:
            _log.info("uploaded picture refused (%d bytes)", file.size)
            st.error(str(error))
    if upload.pixels is None:
        st.caption(_("A photo of a digit on paper works too. It should show one digit, with little around it."))
        return None
    show_picture(upload.pixels, _("The uploaded picture"))
    return Digit(upload.pixels)

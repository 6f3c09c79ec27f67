"""Where a digit comes from, the same on every page: drawn, chosen from the test set, or uploaded."""

from __future__ import annotations

import streamlit as st

from model.language import N_, _
from ui.draw.canvas import PEN, PEN_BOUNDS, SIDE, buttons, canvas
from ui.draw.test_picture import test_picture
from ui.draw.upload import uploaded_picture
from ui.shared.digit import Digit, set_current_digit

DRAW, PICK, UPLOAD = N_("Draw"), N_("Test picture"), N_("Upload")


def digit_source() -> Digit | None:
    """Show the choice of sources, and below it the canvas, the test picture or the upload, SIDE pixels wide.

    Returns the digit, or None before there is one, and makes it the digit of all pages. Call it once on a page.
    """
    source = st.segmented_control(
        _("Where the digit comes from"),
        [DRAW, PICK, UPLOAD],
        format_func=_,
        default=DRAW,
        required=True,
        key="source",
        persist_state="session",
        label_visibility="collapsed",
    )
    digit: Digit | None
    if source == PICK:
        digit = test_picture()
    elif source == UPLOAD:
        digit = uploaded_picture()
    else:
        digit = _drawing()
    set_current_digit(digit)
    return digit


def _drawing() -> Digit | None:
    """The canvas with its pen and its buttons."""
    st.caption(_("Draw one digit, anywhere and at any size."))
    paper, tools = st.container(key="canvas"), st.container()
    pen = st.slider(_("Pen width in pixels"), *PEN_BOUNDS, PEN, key="pen", persist_state="session", width=SIDE)
    with paper:
        digit = canvas(pen)
    with tools:
        buttons()
    return digit

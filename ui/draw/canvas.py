"""The canvas to draw on, with undo, redo and clear. It keeps its drawing when the user leaves the page."""

from __future__ import annotations

import base64
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from model.data.picture_file import PictureError, read_canvas
from model.data.strokes import render_pen_strokes, strokes_of_fabric
from model.language import _
from ui.components.canvas_toolbar import hide_canvas_toolbar
from ui.shared.digit import Digit

KEY = "canvas_drawing"
SIDE = 320
"""Height and width in pixels."""

PEN = 22
PEN_BOUNDS = (6, 40)
MAX_IMAGE_CHARACTERS = 2_000_000
"""A PNG of the canvas is some 10,000 characters; what is far larger did not come from it."""

_STATE = "sketch"


@dataclass
class Sketch:
    """What is on the canvas. objects: Fabric's, one per stroke. undone: what redo brings back, the last first.

    shown: what the canvas was last told to show; telling it again would reload it, so this changes only on undo, redo,
    clear and on coming back to the page. sent: the canvas's last message, to tell a new one from a repeated one.
    """

    objects: list[Any] = field(default_factory=list)
    undone: list[Any] = field(default_factory=list)
    pixels: NDArray[np.uint8] | None = None
    shown: dict[str, Any] = field(default_factory=dict)
    revision: int = 0
    sent: Any = None


def canvas(pen: int) -> Digit | None:
    """Show the canvas with a pen of `pen` pixels; returns what is drawn on it, or None while it is blank."""
    from streamlit_drawable_canvas import st_canvas  # raises when imported outside a running app

    sketch = _sketch()
    if KEY not in st.session_state:  # the page was opened: show what was drawn before
        _show_again(sketch)
    st_canvas(
        stroke_width=pen,
        stroke_color="#ffffff",
        background_color="#000000",
        width=SIDE,
        height=SIDE,
        initial_drawing=sketch.shown,
        return_image_data=True,
        key=KEY,
    )
    hide_canvas_toolbar()
    message = st.session_state[KEY].get("drawing") if KEY in st.session_state else None
    if isinstance(message, dict) and message != sketch.sent:
        sketch.sent = message
        _take_over(sketch, message)
    if not sketch.objects and (sketch.pixels is None or not sketch.pixels[..., :3].any()):
        return None
    strokes = tuple(strokes_of_fabric(sketch.objects))
    pixels = render_pen_strokes(strokes, SIDE)[-1] if sketch.pixels is None else sketch.pixels
    return Digit(pixels, strokes)


def buttons() -> None:
    """Undo, redo and clear, side by side."""
    sketch = _sketch()
    with st.container(horizontal=True, gap="small"):
        st.button(_("Undo"), icon=":material/undo:", on_click=_undo, disabled=not sketch.objects, key="undo")
        st.button(_("Redo"), icon=":material/redo:", on_click=_redo, disabled=not sketch.undone, key="redo")
        st.button(_("Clear"), icon=":material/delete:", on_click=_clear, disabled=not sketch.objects, key="clear")


def _sketch() -> Sketch:
    if _STATE not in st.session_state:
        st.session_state[_STATE] = Sketch()
    return cast("Sketch", st.session_state[_STATE])


def _take_over(sketch: Sketch, message: dict[str, Any]) -> None:
    """What the canvas sent becomes the sketch. It came from a browser, so it is checked and may be ignored."""
    raw, url = message.get("raw"), message.get("data")
    objects = raw.get("objects") if isinstance(raw, dict) else None
    objects = list(objects) if isinstance(objects, list) else []  # ours to change, the message is not
    if _paths(objects) != _paths(sketch.objects):
        sketch.undone.clear()
    sketch.objects = objects
    sketch.pixels = None
    if isinstance(url, str) and len(url) <= MAX_IMAGE_CHARACTERS:
        with suppress(PictureError, ValueError):  # else its strokes are painted here
            sketch.pixels = read_canvas(base64.b64decode(url.partition(",")[2], validate=True), SIDE)


def _paths(objects: list[Any]) -> list[Any]:
    return [item.get("path") if isinstance(item, dict) else None for item in objects]


def _show_again(sketch: Sketch) -> None:
    """Have the canvas load the sketch. The number makes two equal drawings different to it."""
    sketch.revision += 1
    sketch.shown = {"version": "7", "objects": list(sketch.objects), "revision": sketch.revision}


def _undo() -> None:
    sketch = _sketch()
    if sketch.objects:
        sketch.undone.append(sketch.objects.pop())
        _changed(sketch)


def _redo() -> None:
    sketch = _sketch()
    if sketch.undone:
        sketch.objects.append(sketch.undone.pop())
        _changed(sketch)


def _clear() -> None:
    """Take everything off; redo brings it back stroke by stroke."""
    sketch = _sketch()
    sketch.undone.extend(reversed(sketch.objects))
    sketch.objects = []
    _changed(sketch)


def _changed(sketch: Sketch) -> None:
    sketch.pixels = None  # until the canvas sends its own, the strokes are painted here
    _show_again(sketch)

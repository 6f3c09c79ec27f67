"""The canvas with undo, redo and clear. Its drawing stays when the user leaves the page and comes back.

The drawing component, streamlit-drawable-canvas 0.13, sends a message 200 ms after pen-up. Its messages are checked,
because any browser can send them. All JavaScript that depends on its internal structure is in
ui/components/browser/shared/drawable_canvas.js.
"""

from __future__ import annotations

import base64
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from model.data.fabric import strokes_of_fabric
from model.data.painting import render_pen_strokes
from model.data.picture_file import PictureError, read_canvas
from model.language import _
from ui.components.canvas_toolbar import hide_canvas_toolbar
from ui.shared.digit import Digit
from ui.shared.state import state_of

KEY = "canvas_drawing"
"""The key of the drawing component; its last message is the value under this key."""

SIDE = 320
"""Height and width in pixels."""

PEN = 22
PEN_BOUNDS = (6, 40)
MAX_IMAGE_CHARACTERS = 2_000_000
"""A PNG of the canvas has about 10,000 characters. A far larger one did not come from the canvas."""


@dataclass
class Sketch:
    """The drawing on the canvas.

    objects: the strokes as objects of Fabric.js. undone: the strokes that redo brings back, the next one last. pixels:
    uint8 (SIDE, SIDE, 4) RGBA as the canvas sent them; None until it has sent them. shown: the drawing that the canvas
    was last asked to load. Each change of it reloads the canvas, so it changes only on undo, redo, clear and when the
    user comes back to the page. revision: makes two equal drawings different for the canvas. sent: the last message of
    the canvas, to recognize a repeated one.
    """

    objects: list[Any] = field(default_factory=list)
    undone: list[Any] = field(default_factory=list)
    pixels: NDArray[np.uint8] | None = None
    shown: dict[str, Any] = field(default_factory=dict)
    revision: int = 0
    sent: Any = None


def canvas(pen: int) -> Digit | None:
    """Show the canvas with a pen of `pen` pixels. Returns the drawing, or None while the canvas is blank."""
    from streamlit_drawable_canvas import st_canvas  # raises when imported outside a running app

    sketch = state_of(Sketch)
    if KEY not in st.session_state:  # the page was opened: show what was drawn before
        _reload_canvas(sketch)
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
        _store_message(sketch, message)
    if not sketch.objects and (sketch.pixels is None or not sketch.pixels[..., :3].any()):
        return None
    strokes = tuple(strokes_of_fabric(sketch.objects))
    pixels = render_pen_strokes(strokes, SIDE)[-1] if sketch.pixels is None else sketch.pixels
    return Digit(pixels, strokes)


def buttons() -> None:
    """Undo, redo and clear, side by side."""
    sketch = state_of(Sketch)
    with st.container(horizontal=True, gap="small"):
        st.button(_("Undo"), icon=":material/undo:", on_click=_undo, disabled=not sketch.objects, key="undo")
        st.button(_("Redo"), icon=":material/redo:", on_click=_redo, disabled=not sketch.undone, key="redo")
        st.button(_("Clear"), icon=":material/delete:", on_click=_clear, disabled=not sketch.objects, key="clear")


def _store_message(sketch: Sketch, message: dict[str, Any]) -> None:
    """Store the message of the canvas in the sketch. It comes from a browser, so every part of it is checked."""
    raw, url = message.get("raw"), message.get("data")
    objects = raw.get("objects") if isinstance(raw, dict) else None
    objects = list(objects) if isinstance(objects, list) else []  # a copy: undo changes it, and the message must stay
    if _paths(objects) != _paths(sketch.objects):
        sketch.undone.clear()
    sketch.objects = objects
    sketch.pixels = None
    if isinstance(url, str) and len(url) <= MAX_IMAGE_CHARACTERS:
        with suppress(PictureError, ValueError):  # without pixels, the strokes are painted here
            sketch.pixels = read_canvas(base64.b64decode(url.partition(",")[2], validate=True), SIDE)


def _paths(objects: list[Any]) -> list[Any]:
    return [item.get("path") if isinstance(item, dict) else None for item in objects]


def _reload_canvas(sketch: Sketch) -> None:
    """Make the canvas load the sketch at its next run."""
    sketch.revision += 1
    sketch.shown = {"version": "7", "objects": list(sketch.objects), "revision": sketch.revision}


def _undo() -> None:
    sketch = state_of(Sketch)
    if sketch.objects:
        sketch.undone.append(sketch.objects.pop())
        _changed(sketch)


def _redo() -> None:
    sketch = state_of(Sketch)
    if sketch.undone:
        sketch.objects.append(sketch.undone.pop())
        _changed(sketch)


def _clear() -> None:
    """Remove all strokes; redo brings them back one by one."""
    sketch = state_of(Sketch)
    sketch.undone.extend(reversed(sketch.objects))
    sketch.objects = []
    _changed(sketch)


def _changed(sketch: Sketch) -> None:
    sketch.pixels = None  # the strokes are painted here until the canvas sends its pixels
    _reload_canvas(sketch)

"""The preprocessing steps of a drawing, from the ink to the input of the network."""

from __future__ import annotations

import streamlit as st

from model.data.preprocess import Steps
from model.language import _
from model.recognizer import Reading
from ui.components.pictures import Picture, pictures


def preprocessing_steps(reading: Reading | None, steps: Steps, *, drawn: bool) -> None:
    """Show ink, crop, scaled, shifted and final picture side by side, each with its size or shift.

    steps: which of them are switched on. drawn: the ink is the user's own, not a test picture or an upload.
    """
    if reading is None or reading.digit is None:
        st.caption(_("Draw or choose a digit to see its preprocessing here."))
        return
    passed = reading.steps
    (height, width), side = passed.crop.shape, passed.scaled.shape[0]
    x, y = passed.shift
    middle = passed.placed.shape[0] / 2
    row = [
        Picture(
            passed.ink,
            _("1. Your ink") if drawn else _("1. The ink"),
            _("The whole drawing"),
            _("{width}x{height} pixels", width=passed.ink.shape[1], height=passed.ink.shape[0]),
        ),
        Picture(
            passed.crop,
            _("2. The crop"),
            _("The drawing cropped to its ink"),
            _("{width}x{height} pixels", width=width, height=height) if steps.crop else _("off: not cropped"),
        ),
        Picture(
            passed.scaled,
            _("3. Scaled"),
            _("The crop scaled to {side} by {side} pixels", side=side),
            _("into 20x20") if steps.fit else _("off: stretched to 28x28"),
        ),
        Picture(
            passed.placed,
            _("4. Shifted"),
            _("The digit in the middle of 28 by 28 pixels, its centre of mass marked"),
            _moved(x, y) if steps.center else _("off: not moved"),
            dot=(middle - x, middle - y) if steps.center else None,
        ),
        Picture(
            passed.image,
            _("5. The input"),
            _("The 28 by 28 picture that the network saw"),
            _("seen by the network"),
            marked=True,
        ),
    ]
    pictures(row, key="preprocessing_steps", arrows=True)


def _moved(x: float, y: float) -> str:
    """The shift in pixels, in words."""
    across = _("{pixels:.1f} right", pixels=x) if x >= 0 else _("{pixels:.1f} left", pixels=-x)
    along = _("{pixels:.1f} down", pixels=y) if y >= 0 else _("{pixels:.1f} up", pixels=-y)
    return _(", ").join([across, along])

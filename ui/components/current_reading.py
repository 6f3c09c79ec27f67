"""Gives Python's picture of the present digit to the parts of a page that run the network in the browser."""

from __future__ import annotations

import base64
from dataclasses import asdict

import numpy as np

from model.data.preprocess import Steps
from model.network.layers import IMAGE_SIZE
from model.recognizer import Reading
from ui.components import register

_component = register("current_reading")


def share_reading(reading: Reading | None, steps: Steps) -> None:
    """Let the browser parts of the page show this reading; None, or one without ink, shows an empty picture.

    steps: how the browser prepares a drawing while the pen moves, if the page has a canvas.
    """
    image = reading.image if reading else np.zeros((IMAGE_SIZE, IMAGE_SIZE), np.float32)
    _component(
        data={
            "image": base64.b64encode(image.tobytes()).decode(),
            "blank": reading is None or reading.digit is None,
            "steps": asdict(steps),
        },
        key="reading",
        height=0,
    )

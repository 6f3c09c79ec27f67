"""A picture on which students paint where they expect the evidence, before they see the attribution map."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from model.inspection.overlap import Mask
from model.network.layers import IMAGE_SIZE
from ui.components import register

FIELDS = 14
"""Fields per side. Each has 2x2 pixels: large enough for a finger, and few enough for the arrow keys."""

_component = register("evidence_painter", styles=("buttons",))


def evidence_painter(
    image: NDArray[np.float32], *, evidence: str, task: str, key: str, on_guess: Callable[[], None]
) -> None:
    """Show float32 (28, 28) in [0, 1], and let the student paint on it by mouse, touch or keyboard.

    `on_guess` is called when "Show me" is pressed; there `guess_of(key)` returns the painting. evidence: what to paint,
    for screen readers. task: a new value removes the old painting.
    """
    pixels = (np.clip(image, 0, 1) * 255).round().astype(np.uint8)
    data = {
        "pixels": base64.b64encode(pixels.tobytes()).decode(),
        "size": IMAGE_SIZE,
        "fields": FIELDS,
        "evidence": evidence,
        "task": task,
    }
    _component(data=data, key=key, on_guess_change=on_guess)


def guess_of(key: str) -> tuple[str, Mask] | None:
    """The task and the painting, bool (28, 28), that the browser has sent; None if they are not valid or empty."""
    sent: Any = st.session_state.get(key)
    guess = sent.get("guess") if sent is not None else None
    if not isinstance(guess, dict):
        return None
    task, fields = guess.get("task"), guess.get("fields")
    if not isinstance(task, str) or not isinstance(fields, str) or len(fields) != FIELDS**2 or set(fields) - {*"01"}:
        return None
    painted = np.array([field == "1" for field in fields]).reshape(FIELDS, FIELDS)
    return (task, np.kron(painted, np.ones((2, 2), bool))) if painted.any() else None

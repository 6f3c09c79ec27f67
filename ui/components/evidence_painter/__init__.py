"""The student's prediction: a picture on which to paint where the evidence must be, before any map is shown."""

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
"""Fields per side, each 2x2 pixels: large enough for a finger, and few enough for the arrow keys."""

_component = register(__file__, styles=("shared/buttons",))


def evidence_painter(
    image: NDArray[np.float32], *, evidence: str, round_: str, key: str, on_guess: Callable[[], None]
) -> None:
    """Show float32 (28, 28) in [0, 1] and let the student paint on it, by mouse, touch or keyboard.

    Painting stays in the browser; `on_guess` is called once, when "Show me" is pressed, and then finds the painting by
    `guess_of(key)`. evidence: what is to be painted, for screen readers. round_: another one starts with clean paper.
    """
    pixels = (np.clip(image, 0, 1) * 255).round().astype(np.uint8)
    data = {
        "pixels": base64.b64encode(pixels.tobytes()).decode(),
        "size": IMAGE_SIZE,
        "fields": FIELDS,
        "evidence": evidence,
        "round": round_,
    }
    _component(data=data, key=key, on_guess_change=on_guess)


def guess_of(key: str) -> tuple[str, Mask] | None:
    """(round, painting as bool (28, 28)) that the browser has just sent; None where it sent something else."""
    sent: Any = st.session_state.get(key)
    guess = sent.get("guess") if sent is not None else None
    if not isinstance(guess, dict):
        return None
    round_, fields = guess.get("round"), guess.get("fields")
    if not isinstance(round_, str) or not isinstance(fields, str) or len(fields) != FIELDS**2 or set(fields) - {*"01"}:
        return None
    painted = np.array([field == "1" for field in fields]).reshape(FIELDS, FIELDS)
    return (round_, np.kron(painted, np.ones((2, 2), bool))) if painted.any() else None

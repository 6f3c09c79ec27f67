"""The digit that all pages work on: what the user last drew, picked or uploaded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from model.data.strokes import PenStroke

_KEY = "digit"


@dataclass(frozen=True)
class Digit:
    """pixels: uint8, grey or RGBA, as `Recognizer.read` takes them. strokes: in drawing order; none for a picture."""

    pixels: NDArray[np.uint8]
    strokes: tuple[PenStroke, ...] = ()


def current_digit() -> Digit | None:
    """The digit of this session, or None before there is any."""
    return cast("Digit | None", st.session_state.get(_KEY))


def set_current_digit(digit: Digit | None) -> None:
    """Make this the digit that every page shows."""
    state: Any = st.session_state
    state[_KEY] = digit

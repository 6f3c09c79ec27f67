"""Shows the picture that a test picture or an upload gives, before its preprocessing."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

_WIDTH = 280
"""Pixels on the screen."""


def show_picture(pixels: NDArray[np.uint8], alt: str) -> None:
    """Show the picture, enlarged by a whole number where it is small.

    pixels: uint8 (H, W) or (H, W, channels). alt: what it shows, for screen readers.
    """
    enlarge = max(1, _WIDTH // max(pixels.shape[:2]))
    blocks = np.ones((enlarge, enlarge) + (1,) * (pixels.ndim - 2), np.uint8)
    st.image(np.kron(pixels, blocks), width=_WIDTH, alt=alt)

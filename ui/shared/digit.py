"""The digit that all pages work on: the one that the user drew, chose or uploaded last."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.data.strokes import PenStroke
from ui.shared.state import state_of


@dataclass(frozen=True)
class Digit:
    """A digit as pixels, and as strokes if it was drawn.

    pixels: uint8, grey (H, W) or RGBA (H, W, 4), as `Recognizer.read` takes them. strokes: in the order of drawing;
    empty for a test picture or an upload.
    """

    pixels: NDArray[np.uint8]
    strokes: tuple[PenStroke, ...] = ()


@dataclass
class CurrentDigit:
    """The state of a session: its digit, None before there is one."""

    digit: Digit | None = None


def current_digit() -> Digit | None:
    """The digit of this session, or None before there is one."""
    return state_of(CurrentDigit).digit


def set_current_digit(digit: Digit | None) -> None:
    """Make this the digit of all pages."""
    state_of(CurrentDigit).digit = digit

"""A row of grey pictures with captions, the stations of a drawing on its way to the network."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ui.components import register

_component = register(__file__)


@dataclass(frozen=True)
class Picture:
    """pixels: float32 (H, W) in [0, 1], drawn light on dark with sharp pixels. `alt` is for screen readers.

    dot: a point (x, y) in pixels to mark, and with it the lines through the picture's middle.
    """

    pixels: NDArray[np.float32]
    caption: str
    alt: str
    note: str = ""
    marked: bool = False
    dot: tuple[float, float] | None = None


def pictures(row: Sequence[Picture], *, key: str, arrows: bool = False) -> None:
    """Show the pictures side by side, all in squares of one size, with arrows between them where asked."""
    data = [
        {
            "pixels": base64.b64encode((picture.pixels * 255).round().astype(np.uint8).tobytes()).decode(),
            "height": picture.pixels.shape[0],
            "width": picture.pixels.shape[1],
            "caption": picture.caption,
            "note": picture.note,
            "alt": picture.alt,
            "marked": picture.marked,
            "dot": picture.dot,
        }
        for picture in row
    ]
    _component(data={"pictures": data, "arrows": arrows}, key=key)

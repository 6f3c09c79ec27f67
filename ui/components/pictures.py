"""A row of pictures with captions: grey pictures, or signed numbers on the diverging colour scale of the app."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ui.components import register

_component = register("pictures")


@dataclass(frozen=True)
class Picture:
    """One picture. pixels: float32 (H, W), drawn as sharp squares. alt: what it shows, for screen readers.

    limit: None for a grey picture in [0, 1], light ink on dark; else the numbers are signed and drawn on the diverging
    scale from -limit to limit. dot: a point (x, y) in pixels to mark, with lines through the middle of the picture.
    box: a rectangle (left, top, width, height) in pixels to mark. under: a grey picture of the same size that is drawn
    faintly below signed numbers. outline: bool (H, W), a region whose edge is marked. numbers: write the value into
    each pixel, for signed pictures with few pixels.
    """

    pixels: NDArray[np.float32]
    caption: str
    alt: str
    note: str = ""
    marked: bool = False
    dot: tuple[float, float] | None = None
    limit: float | None = None
    box: tuple[float, float, float, float] | None = None
    under: NDArray[np.float32] | None = None
    outline: NDArray[np.bool_] | None = None
    numbers: bool = False


def pictures(
    row: Sequence[Picture],
    *,
    key: str,
    arrows: bool = False,
    size: str = "7rem",
    on_pick: Callable[[], None] | None = None,
) -> int | None:
    """Show the pictures side by side, each in a square of `size` (a CSS length). arrows: draw arrows between them.

    With `on_pick` each picture is a button; returns the index of the picture that was just pressed, else None.
    `on_pick` is called before the page runs again; there the index is in `st.session_state[key].picked`.
    """
    data = {"pictures": [_packed(picture) for picture in row], "arrows": arrows, "size": size, "pick": bool(on_pick)}
    if on_pick is None:
        _component(data=data, key=key)
        return None
    picked = _component(data=data, key=key, on_picked_change=on_pick).picked
    return int(picked) if isinstance(picked, int) and 0 <= picked < len(row) else None


def _packed(picture: Picture) -> dict[str, Any]:
    if picture.limit is None:
        bytes_ = _grey(picture.pixels)
    else:  # the middle of 255 shades is zero
        share = np.clip(picture.pixels / picture.limit, -1, 1) if picture.limit > 0 else np.zeros_like(picture.pixels)
        bytes_ = ((share + 1) * 127).round().astype(np.uint8)
    return {
        "pixels": _zipped(bytes_),
        "height": picture.pixels.shape[0],
        "width": picture.pixels.shape[1],
        "caption": picture.caption,
        "note": picture.note,
        "alt": picture.alt,
        "marked": picture.marked,
        "dot": picture.dot,
        "box": picture.box,
        "signed": picture.limit is not None,
        "under": None if picture.under is None else _zipped(_grey(picture.under)),
        "outline": None if picture.outline is None else _edge(picture.outline),
        "numbers": [f"{value:+.2f}" for value in picture.pixels.ravel().tolist()] if picture.numbers else None,
    }


def _grey(pixels: NDArray[np.float32]) -> NDArray[np.uint8]:
    return (np.clip(pixels, 0, 1) * 255).round().astype(np.uint8)


def _zipped(pixels: NDArray[np.uint8]) -> str:
    """The pixels, compressed by zlib, in base64: a drawing becomes 40 times smaller."""
    return base64.b64encode(zlib.compress(pixels.tobytes())).decode()


def _edge(region: NDArray[np.bool_]) -> str:
    """The region's edge as an SVG path in pixels: a line between any two neighbours that differ."""
    padded = np.pad(region, 1)
    across = np.argwhere(padded[1:, 1:-1] != padded[:-1, 1:-1])
    along = np.argwhere(padded[1:-1, 1:] != padded[1:-1, :-1])
    return "".join([f"M{x} {y}h1" for y, x in across.tolist()] + [f"M{x} {y}v1" for y, x in along.tolist()])

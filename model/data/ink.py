"""Finding the ink in a picture with any colours: a drawing, a screenshot or a photo."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.data.photo import ink_of_photo

INK_THRESHOLD = 0.1
"""Pixels with less ink are background; 1 is full ink."""

MAX_PIXELS = 40_000_000
"""Larger pictures are refused: a drawing or photo of one digit does not need more."""


def find_ink(pixels: NDArray[Any]) -> NDArray[np.float32]:
    """The amount of ink in each pixel: float32 (H, W) in [0, 1]. A photo becomes smaller, see `ink_of_photo`.

    pixels: as for `preprocess`. Raises ValueError for an array that is not uint8, not a picture, empty, or over
    MAX_PIXELS.
    """
    grey = _grey(pixels)
    paper = _border_median(grey)
    if not _is_clean(grey, paper):
        return ink_of_photo(grey)
    if np.clip(paper - grey, 0, 1).sum() > np.clip(grey - paper, 0, 1).sum():  # dark ink
        grey, paper = 1 - grey, 1 - paper
    if paper == 1:
        return np.zeros_like(grey, np.float32)
    return np.asarray(np.clip((grey - paper) / (1 - paper), 0, 1), np.float32)


def ink_box(ink: NDArray[np.float32]) -> tuple[int, int, int, int] | None:
    """(top, bottom, left, right) of the pixels with ink, the ends exclusive; None if there is no ink."""
    marked = ink > INK_THRESHOLD
    rows, columns = np.flatnonzero(marked.any(axis=1)), np.flatnonzero(marked.any(axis=0))
    if not len(rows):
        return None
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1


def _grey(picture: NDArray[Any]) -> NDArray[np.float32]:
    pixels = np.asarray(picture)
    if pixels.dtype != np.uint8:
        raise ValueError(f"A picture is an array of uint8, 0 to 255; this one is {pixels.dtype}.")
    if pixels.ndim not in (2, 3) or (pixels.ndim == 3 and pixels.shape[2] not in (1, 3, 4)):
        raise ValueError(f"A picture is (H, W), (H, W, 3) or (H, W, 4); this array is {pixels.shape}.")
    if not pixels.size or pixels.shape[0] * pixels.shape[1] > MAX_PIXELS:
        raise ValueError(f"A picture has 1 to {MAX_PIXELS:,} pixels; this one has {pixels.shape[0]}x{pixels.shape[1]}.")
    values: NDArray[np.float32] = np.asarray(pixels, np.float32) / np.float32(255)
    if values.ndim == 2:
        return values
    if values.shape[2] == 1:
        return values[..., 0]
    luminance = np.asarray(values[..., :3] @ np.array([0.299, 0.587, 0.114], np.float32), np.float32)  # ITU-R BT.601
    if values.shape[2] == 3:
        return luminance
    alpha: NDArray[np.float32] = values[..., 3]
    opaque = float(alpha.sum())
    if opaque == 0:
        return alpha
    # Transparent pixels become paper: black behind light ink, white behind dark ink.
    paper = 0.0 if float((luminance * alpha).sum()) / opaque > 0.5 or float(alpha.min()) == 1 else 1.0
    return np.asarray(luminance * alpha + paper * (1 - alpha), np.float32)


def _border_median(grey: NDArray[np.float32]) -> float:
    return float(np.median(np.concatenate((grey[0], grey[-1], grey[:, 0], grey[:, -1]))))


def _is_clean(grey: NDArray[np.float32], paper: float) -> bool:
    """Whether the picture comes from a canvas or a screen: most of its background has exactly one shade."""
    return float(np.mean(np.abs(grey - paper) <= 0.5 / 255)) > 0.4

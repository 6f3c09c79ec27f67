"""Preprocessing: it turns any picture of a digit into the 28x28 input image of the network.

The steps are those of MNIST (LeCun et al. 1998, and yann.lecun.com/exdb/mnist): the bounding box of the ink is scaled
to fit into 20x20, with the same proportions and smooth edges. Then it is placed in 28x28 so that its centre of mass is
the centre of the image.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.data.ink import find_ink, ink_box
from model.network.layers import IMAGE_SIZE

BOX_SIZE = 20
"""The side of the square into which MNIST scales a digit."""

Float = NDArray[np.float32]


@dataclass(frozen=True)
class Steps:
    """The preprocessing steps to apply. A class can switch a step off to see its effect."""

    crop: bool = True
    fit: bool = True
    center: bool = True


@dataclass(frozen=True)
class Preprocessed:
    """The result of each step from the drawing to the network, float32 in [0, 1], light ink on dark.

    ink: (H, W), the whole drawing. crop: (h, w), the bounding box of the ink, or the whole drawing without that step.
    scaled: (20, 20), the crop with the same proportions, in the middle; (28, 28) without that step. placed: (28, 28),
    the same in the middle of the image. image: (28, 28), moved by `shift` = (x, y) in pixels. blank: there is no ink,
    and `image` is all zero.
    """

    ink: Float
    crop: Float
    scaled: Float
    placed: Float
    image: Float
    shift: tuple[float, float]
    blank: bool


def preprocess(pixels: NDArray[Any], steps: Steps | None = None) -> Preprocessed:
    """The 28x28 input image of the network, with the result of each step.

    pixels: uint8 of any size, (H, W) or (H, W, 1) grey, (H, W, 3) RGB or (H, W, 4) RGBA; light ink on dark or dark ink
    on light; also a photo or scan of one digit on paper. Raises ValueError for other arrays.

    A drawing moved by whole pixels gives the same image. A scaled drawing gives the same image up to the rounding of
    its edges, because scaling and centring are one resampling with fractions of a pixel.
    """
    steps = steps or Steps()
    ink = find_ink(pixels)
    box = ink_box(ink)
    if box is None:
        empty = np.zeros((IMAGE_SIZE, IMAGE_SIZE), np.float32)
        return Preprocessed(ink, ink, empty, empty, empty, (0.0, 0.0), blank=True)
    top, bottom, left, right = box if steps.crop else (0, ink.shape[0], 0, ink.shape[1])
    crop = ink[top:bottom, left:right]
    inner = BOX_SIZE if steps.fit else IMAGE_SIZE
    longest = max(crop.shape)
    height, width = (BOX_SIZE * side / longest for side in crop.shape) if steps.fit else (inner, inner)
    scaled = _resample(crop, (height, width), inner, (0.0, 0.0))
    shift = _shift_to_center(scaled, (height, width)) if steps.center else (0.0, 0.0)
    placed, image = (_resample(crop, (height, width), IMAGE_SIZE, by) for by in ((0.0, 0.0), shift))
    return Preprocessed(ink, crop, scaled, placed, image, shift, blank=False)


def _resample(crop: Float, size: tuple[float, float], side: int, shift: tuple[float, float]) -> Float:
    """`crop` scaled to size (height, width) in the middle of a (side, side) image, moved by shift (x, y) in pixels.

    Each pixel is a weighted mean with a triangle as wide as the reduction (Pillow's BILINEAR): two matrix products.
    """
    rows = _weights(crop.shape[0], size[0], side, shift[1])
    columns = _weights(crop.shape[1], size[1], side, shift[0])
    return np.clip(rows @ crop @ columns.T, 0, 1).astype(np.float32)


def _weights(source: int, size: float, side: int, shift: float) -> Float:
    """float32 (side, source): row i holds the weights of source pixels in pixel i; rows outside the crop are zero."""
    scale = source / size
    start = (side - size) / 2 + shift
    center = (np.arange(side) + 0.5 - start) * scale
    support = max(scale, 1.0)
    distance = np.abs(center[:, None] - (np.arange(source) + 0.5)[None, :]) / support
    weights = np.clip(1 - distance, 0, None)
    # Division by the area of the whole triangle, so that ink fades into the empty paper around the crop.
    return np.asarray(weights / support, np.float32)


def _shift_to_center(scaled: Float, size: tuple[float, float]) -> tuple[float, float]:
    """The shift (x, y) of the centre of mass to the middle of 28x28, limited so that the ink's box stays inside."""
    total = float(scaled.sum())
    side = scaled.shape[0]
    at = np.arange(side) + 0.5
    x = side / 2 - float((scaled.sum(axis=0) * at).sum()) / total
    y = side / 2 - float((scaled.sum(axis=1) * at).sum()) / total
    room_y, room_x = ((IMAGE_SIZE - length) / 2 for length in size)
    return float(np.clip(x, -room_x, room_x)), float(np.clip(y, -room_y, room_y))

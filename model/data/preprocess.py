"""From any picture of a digit to the 28x28 picture that the network was trained to see.

The recipe is MNIST's own (LeCun et al. 1998, and yann.lecun.com/exdb/mnist): the ink's box is scaled into 20x20 with
its proportions kept and edges smoothed, then placed in 28x28 so that its centre of mass is the picture's centre.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.network.layers import IMAGE_SIZE

BOX_SIZE = 20
"""The side of the square into which MNIST scales a digit."""

INK_THRESHOLD = 0.1
"""Fainter pixels are background, in shares of the strongest possible ink."""

PHOTO_SIDE = 400
"""A photo is reduced to this longest side before its paper is told from its ink."""

MAX_PIXELS = 40_000_000
"""Larger pictures are refused: no drawing or photo of one digit needs more."""

Float = NDArray[np.float32]
Pixels = NDArray[Any]


@dataclass(frozen=True)
class Steps:
    """Which steps of the recipe are taken; a class can leave one out and see what it was good for."""

    crop: bool = True
    fit: bool = True
    center: bool = True


@dataclass(frozen=True)
class Preprocessed:
    """Every picture between a drawing and the network, float32 in [0, 1], light ink on dark.

    ink: (H, W), the whole drawing. crop: (h, w), the ink's box, or the whole where that step is off.
    scaled: (20, 20), the crop with its proportions kept, in the middle; (28, 28) where that step is off.
    placed: (28, 28), the same in the middle of the network's picture. image: (28, 28), after the shift by `shift` =
    (x, y) in pixels. blank: there is no ink, and `image` is all zero.
    """

    ink: Float
    crop: Float
    scaled: Float
    placed: Float
    image: Float
    shift: tuple[float, float]
    blank: bool


def preprocess(pixels: Pixels, steps: Steps | None = None) -> Preprocessed:
    """The 28x28 picture that the network sees, with every picture on the way to it.

    pixels: uint8, (H, W) or (H, W, 1) grey, (H, W, 3) RGB or (H, W, 4) RGBA of any size; light on dark or dark on
    light; a photo or scan of one digit on paper too. Raises ValueError where the array is something else.

    Moving a drawing by whole pixels changes nothing; scaling it changes the picture by the rounding of its edges only,
    because scaling and centring are one resampling at fractions of a pixel.
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


def find_ink(pixels: Pixels) -> Float:
    """How much ink each pixel holds: float32 (H, W) in [0, 1], whatever the picture's colours and light.

    Raises ValueError for an array that is not uint8, not a picture, empty, or over MAX_PIXELS.
    """
    grey = _grey(pixels)
    paper = _border_median(grey)
    if not _is_clean(grey, paper):
        return _ink_of_photo(grey)
    if np.clip(paper - grey, 0, 1).sum() > np.clip(grey - paper, 0, 1).sum():  # dark ink
        grey, paper = 1 - grey, 1 - paper
    if paper == 1:
        return np.zeros_like(grey, np.float32)
    return np.asarray(np.clip((grey - paper) / (1 - paper), 0, 1), np.float32)


def ink_box(ink: Float) -> tuple[int, int, int, int] | None:
    """(top, bottom, left, right) of the pixels with ink, the ends exclusive; None where there is no ink."""
    marked = ink > INK_THRESHOLD
    rows, columns = np.flatnonzero(marked.any(axis=1)), np.flatnonzero(marked.any(axis=0))
    if not len(rows):
        return None
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1


def _grey(picture: Pixels) -> Float:
    pixels = np.asarray(picture)
    if pixels.dtype != np.uint8:
        raise ValueError(f"A picture is an array of uint8, 0 to 255; this one is {pixels.dtype}.")
    if pixels.ndim not in (2, 3) or (pixels.ndim == 3 and pixels.shape[2] not in (1, 3, 4)):
        raise ValueError(f"A picture is (H, W), (H, W, 3) or (H, W, 4); this array is {pixels.shape}.")
    if not pixels.size or pixels.shape[0] * pixels.shape[1] > MAX_PIXELS:
        raise ValueError(f"A picture has 1 to {MAX_PIXELS:,} pixels; this one has {pixels.shape[0]}x{pixels.shape[1]}.")
    values: Float = np.asarray(pixels, np.float32) / np.float32(255)
    if values.ndim == 2:
        return values
    if values.shape[2] == 1:
        return values[..., 0]
    luminance = np.asarray(values[..., :3] @ np.array([0.299, 0.587, 0.114], np.float32), np.float32)  # ITU-R BT.601
    if values.shape[2] == 3:
        return luminance
    alpha: Float = values[..., 3]
    opaque = float(alpha.sum())
    if opaque == 0:
        return alpha
    # What is transparent counts as the paper that the ink stands out against.
    paper = 0.0 if float((luminance * alpha).sum()) / opaque > 0.5 or float(alpha.min()) == 1 else 1.0
    return np.asarray(luminance * alpha + paper * (1 - alpha), np.float32)


def _border_median(grey: Float) -> float:
    return float(np.median(np.concatenate((grey[0], grey[-1], grey[:, 0], grey[:, -1]))))


def _is_clean(grey: Float, paper: float) -> bool:
    """Whether this comes from a canvas or a screen: most of the paper has exactly one shade, as no photo has."""
    return float(np.mean(np.abs(grey - paper) <= 0.5 / 255)) > 0.4


def _ink_of_photo(grey: Float) -> Float:
    """Ink on unevenly lit paper, or chalk on a board.

    The paper is what a grey-scale opening wider than a stroke leaves (Serra 1982); what rises above it is ink where
    Otsu's threshold (1979) says so. Specks go, and a pen too thin for 20x20 is widened to what MNIST's pens drew.
    """
    from scipy import ndimage  # 0.3 s to import, and no drawing needs it

    step = math.ceil(max(grey.shape) / PHOTO_SIDE)
    if step > 1:
        grey = np.pad(grey, [(0, -side % step) for side in grey.shape], mode="edge")
        rows, columns = (side // step for side in grey.shape)
        grey = grey.reshape(rows, step, columns, step).mean(axis=(1, 3), dtype=np.float32)
    grey = ndimage.gaussian_filter(grey, 0.8)
    window = max(3, min(grey.shape) // 4)
    # Strokes are the few pixels that stand out from their surroundings, to the side to which the skew points.
    detail = grey - ndimage.gaussian_filter(grey, window / 2)
    dark_ink = float((detail**3).sum()) < 0
    if dark_ink:
        grey = 1 - grey
    paper = ndimage.uniform_filter(ndimage.grey_opening(grey, size=window, mode="nearest"), window, mode="nearest")
    raised = np.clip(grey - paper, 0, 1)
    if dark_ink:
        raised /= np.clip(1 - paper, 0.1, 1)  # ink takes a share of the light that falls on the paper there
    marked = raised > _otsu(raised)
    # Otsu parts any grain in two, some 3 standard deviations apart, and a lens's dark corners some 6; a pen stands out
    # by more than 12.
    rest = raised[~marked]
    if not marked.any() or raised[marked].mean() - rest.mean() < max(0.04, 8 * rest.std()):  # no ink
        return np.zeros_like(grey, np.float32)
    labels, count = ndimage.label(marked, np.ones((3, 3)))
    sizes = ndimage.sum_labels(marked, labels, np.arange(1, count + 1))
    keep = np.isin(labels, np.flatnonzero(sizes >= 0.05 * sizes.max()) + 1)
    side = max(part.stop - part.start for part in ndimage.find_objects(keep.astype(np.uint8))[0])
    width = 2 * keep.sum() / max(1, (keep & ~ndimage.binary_erosion(keep)).sum())  # area by half the outline
    missing = round((2.2 * side / BOX_SIZE - width) / 2)
    if missing > 0:
        around, across = np.ogrid[-missing : missing + 1, -missing : missing + 1]
        keep = ndimage.binary_dilation(keep, around**2 + across**2 <= missing**2)
    return np.asarray(ndimage.gaussian_filter(keep.astype(np.float32), 0.5), np.float32)


def _otsu(values: Float) -> float:
    """The threshold that parts `values` into two classes with the largest variance between them."""
    counts, edges = np.histogram(values, bins=128)
    middle = (edges[:-1] + edges[1:]) / 2
    below = np.cumsum(counts)
    above = below[-1] - below
    mass = np.cumsum(counts * middle)
    with np.errstate(divide="ignore", invalid="ignore"):
        between = below * above * (mass / below - (mass[-1] - mass) / above) ** 2
    return float(middle[int(np.nanargmax(np.nan_to_num(between)))])


def _resample(crop: Float, size: tuple[float, float], side: int, shift: tuple[float, float]) -> Float:
    """`crop` scaled to size (height, width) in the middle of a (side, side) picture, moved by shift (x, y) in pixels.

    Smoothed with a triangle as wide as the reduction (what Pillow calls BILINEAR), as a product of two matrices.
    """
    rows = _weights(crop.shape[0], size[0], side, shift[1])
    columns = _weights(crop.shape[1], size[1], side, shift[0])
    return np.clip(rows @ crop @ columns.T, 0, 1).astype(np.float32)


def _weights(source: int, size: float, side: int, shift: float) -> Float:
    """float32 (side, source): row i holds what each source pixel gives to pixel i; rows beyond the crop are zero."""
    scale = source / size
    start = (side - size) / 2 + shift
    center = (np.arange(side) + 0.5 - start) * scale
    support = max(scale, 1.0)
    distance = np.abs(center[:, None] - (np.arange(source) + 0.5)[None, :]) / support
    weights = np.clip(1 - distance, 0, None)
    # Divide by the whole triangle, so that ink fades into the empty paper around the crop.
    return np.asarray(weights / support, np.float32)


def _shift_to_center(scaled: Float, size: tuple[float, float]) -> tuple[float, float]:
    """(x, y) that brings the centre of mass to the middle of 28x28, as far as the ink's box stays inside."""
    total = float(scaled.sum())
    side = scaled.shape[0]
    at = np.arange(side) + 0.5
    x = side / 2 - float((scaled.sum(axis=0) * at).sum()) / total
    y = side / 2 - float((scaled.sum(axis=1) * at).sum()) / total
    room_y, room_x = ((IMAGE_SIZE - length) / 2 for length in size)
    return float(np.clip(x, -room_x, room_x)), float(np.clip(y, -room_y, room_y))

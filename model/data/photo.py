"""Finding the ink in a photo or scan of one digit on paper."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

PHOTO_SIDE = 400
"""A photo is reduced to this longest side in pixels before ink and paper are separated."""

_PEN = 0.11
"""The width of MNIST's strokes as a share of the longest side of a digit: 2.2 of 20 pixels."""


def ink_of_photo(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    """The amount of ink in each pixel, for dark ink on unevenly lit paper or chalk on a board.

    float32 (H, W) in [0, 1] -> float32 (h, w) in [0, 1], reduced to PHOTO_SIDE; all zero where there is no ink.

    The light on the paper is estimated by a grey-scale opening wider than a stroke (Serra 1982). Pixels that differ
    from it by more than Otsu's threshold (1979) are ink. Small specks are removed, and strokes that are thinner than
    MNIST's are widened.
    """
    from scipy import ndimage  # 0.3 s to import, and drawings do not need it

    grey = ndimage.gaussian_filter(_reduced(grey), 0.8)
    window = max(3, min(grey.shape) // 4)
    # Strokes are the few pixels that differ from their surroundings, so the skewness shows whether they are dark.
    detail = grey - ndimage.gaussian_filter(grey, window / 2)
    dark_ink = float((detail**3).sum()) < 0
    if dark_ink:
        grey = 1 - grey
    paper = ndimage.uniform_filter(ndimage.grey_opening(grey, size=window, mode="nearest"), window, mode="nearest")
    raised = np.clip(grey - paper, 0, 1)
    if dark_ink:
        raised /= np.clip(1 - paper, 0.1, 1)  # ink absorbs a share of the light on the paper at that place
    marked = raised > _otsu_threshold(raised)
    # Otsu also divides noise, into classes about 3 standard deviations apart, and dark corners, about 6 apart. Ink is
    # more than 12 apart.
    rest = raised[~marked]
    if not marked.any() or raised[marked].mean() - rest.mean() < max(0.04, 8 * rest.std()):
        return np.zeros_like(grey, np.float32)
    labels, count = ndimage.label(marked, np.ones((3, 3)))
    sizes = ndimage.sum_labels(marked, labels, np.arange(1, count + 1))
    keep = np.isin(labels, np.flatnonzero(sizes >= 0.05 * sizes.max()) + 1)
    side = max(part.stop - part.start for part in ndimage.find_objects(keep.astype(np.uint8))[0])
    width = 2 * keep.sum() / max(1, (keep & ~ndimage.binary_erosion(keep)).sum())  # area by half the outline
    missing = round((_PEN * side - width) / 2)
    if missing > 0:
        down, right = np.ogrid[-missing : missing + 1, -missing : missing + 1]
        keep = ndimage.binary_dilation(keep, down**2 + right**2 <= missing**2)
    return np.asarray(ndimage.gaussian_filter(keep.astype(np.float32), 0.5), np.float32)


def _reduced(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    """The picture reduced by a whole factor to at most PHOTO_SIDE, by the mean of square blocks."""
    step = math.ceil(max(grey.shape) / PHOTO_SIDE)
    if step == 1:
        return grey
    grey = np.pad(grey, [(0, -side % step) for side in grey.shape], mode="edge")
    rows, columns = (side // step for side in grey.shape)
    return np.asarray(grey.reshape(rows, step, columns, step).mean(axis=(1, 3), dtype=np.float32))


def _otsu_threshold(values: NDArray[np.float32]) -> float:
    """The threshold that divides `values` into two classes with the largest variance between them."""
    counts, edges = np.histogram(values, bins=128)
    middle = (edges[:-1] + edges[1:]) / 2
    below = np.cumsum(counts)
    above = below[-1] - below
    mass = np.cumsum(counts * middle)
    with np.errstate(divide="ignore", invalid="ignore"):
        between = below * above * (mass / below - (mass[-1] - mass) / above) ** 2
    return float(middle[int(np.nanargmax(np.nan_to_num(between)))])

"""The overlap between pixels that a person painted and the strongest pixels of an attribution map."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.data.ink import INK_THRESHOLD
from model.data.preprocess import Float

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Overlap:
    """The score of a painting, for one attribution map.

    count: how many of the map's strongest pixels count: as many as were painted, but only positive ones. share: the
    share of those pixels that were painted, 0 to 1. chance: the expected share when as many pixels are painted at
    random anywhere. ink: the expected share when as many pixels are painted at random on the ink, which needs no
    knowledge of the network.
    """

    count: int
    share: float
    chance: float
    ink: float


def overlap(values: Float, painted: Mask, image: Float) -> Overlap | None:
    """The score of a painting, bool (H, W), against an attribution map, float32 (H, W), of `image`, float32 (H, W).

    Only positive values of the map are evidence for a digit. None if nothing was painted or no value is positive.
    """
    flat, chosen = values.ravel(), painted.ravel()
    area = int(chosen.sum())
    count = min(area, int((flat > 0).sum()))
    if not count:
        return None
    strongest = np.argsort(-flat, kind="stable")[:count]
    inked = image.ravel() > INK_THRESHOLD
    pixels, ink = flat.size, int(inked.sum())
    on_ink = float(inked[strongest].mean())
    # A painting larger than the ink covers all of the ink; the rest of it lies somewhere beside the ink.
    covered, beyond = min(1.0, area / ink) if ink else 0.0, max(0, area - ink) / (pixels - ink) if ink < pixels else 0.0
    return Overlap(count, float(chosen[strongest].mean()), area / pixels, on_ink * covered + (1 - on_ink) * beyond)

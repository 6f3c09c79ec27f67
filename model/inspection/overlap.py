"""How well somebody foresaw a map of evidence: the overlap of what they painted with what the map holds strongest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.data.ink import INK_THRESHOLD
from model.data.preprocess import Float

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Overlap:
    """count: as many of the map's strongest pixels were looked for as were painted, or all positive ones if fewer.

    share: of those, how many were painted, 0 to 1. chance: what to expect of painting as many pixels anywhere. ink:
    what to expect of painting as many at random on the ink, which asks for no idea of the network.
    """

    count: int
    share: float
    chance: float
    ink: float


def overlap(values: Float, painted: Mask, image: Float) -> Overlap | None:
    """Score a painting against a map; both (H, W), like the picture. Only positive values are evidence for a digit.

    None where nothing was painted or the map holds no evidence, so that there is nothing to score.
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
    # Whoever paints more than the ink covers it all, and the rest of the picture with what is left.
    covered, beyond = min(1.0, area / ink) if ink else 0.0, max(0, area - ink) / (pixels - ink) if ink < pixels else 0.0
    return Overlap(count, float(chosen[strongest].mean()), area / pixels, on_ink * covered + (1 - on_ink) * beyond)

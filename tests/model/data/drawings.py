"""Drawings for the tests of preprocessing, and checks of the common properties of the results."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.data.painting import render_strokes
from model.data.preprocess import Steps, preprocess

Bytes = NDArray[np.uint8]


CANVAS = 200


CENTER = 14.0
"""The middle of 28x28, from the corner of the first pixel."""


TOLERANCE = 1e-5
"""Matrices of another shape or memory layout are multiplied with another rounding."""


THREE = [[(60.0, 60.0), (105.0, 50.0), (120.0, 75.0), (85.0, 98.0), (125.0, 120.0), (105.0, 150.0), (60.0, 140.0)]]


FOUR = [[(110.0, 45.0), (65.0, 115.0), (140.0, 115.0)], [(115.0, 90.0), (112.0, 160.0)]]


DRAWINGS = {
    "three": THREE,
    "four": FOUR,
    "bar": [[(70.0, 30.0), (75.0, 170.0)]],
    "ring": [[(100 + 45 * np.cos(angle), 100 + 60 * np.sin(angle)) for angle in np.linspace(0, 2 * np.pi, 30)]],
}


def paint(drawing: list[list[tuple[float, float]]], pen: float = 14, scale: float = 1.0) -> Bytes:
    scaled = [[(x * scale, y * scale) for x, y in stroke] for stroke in drawing]
    return render_strokes(scaled, pen * scale, round(CANVAS * scale))


def see(pixels: NDArray[np.generic], steps: Steps | None = None) -> NDArray[np.float32]:
    """The network's input image, after checks that hold for every result."""
    result = preprocess(pixels, steps)
    for picture in (result.ink, result.crop, result.scaled, result.placed, result.image):
        assert picture.dtype == np.float32
        assert np.isfinite(picture).all()
        assert picture.size == 0 or (picture.min() >= 0 and picture.max() <= 1)
    assert result.image.shape == result.placed.shape == (28, 28)
    assert result.blank == (not result.image.any())
    return result.image


def rgba(colour: tuple[int, int, int], alpha: Bytes) -> Bytes:
    """Ink of one colour and this strength on a transparent canvas."""
    return np.dstack([np.full((*alpha.shape, 3), colour, np.uint8), alpha])


def center_of(image: NDArray[np.float32]) -> tuple[float, float]:
    at = np.arange(28) + 0.5
    return float((image.sum(0) * at).sum() / image.sum()), float((image.sum(1) * at).sum() / image.sum())


def assert_same(one: NDArray[np.float32], other: NDArray[np.float32]) -> None:
    """The same image, up to the rounding of matrix products."""
    np.testing.assert_allclose(one, other, rtol=0, atol=TOLERANCE)

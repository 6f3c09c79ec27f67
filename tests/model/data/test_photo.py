"""Finding the ink in photos of paper and blackboards."""

from __future__ import annotations

import numpy as np
import pytest

from model.data.painting import render_strokes
from model.data.preprocess import preprocess
from model.data.strokes import Drawing, place_strokes
from model.recognizer import Recognizer
from tests.model.data.drawings import (
    THREE,
    Bytes,
    paint,
    see,
)


def photo(
    cover: Bytes, fall: float, *, brightness: float = 0.92, noise: float = 4.0, vignette: float = 0.0, seed: int = 0
) -> Bytes:
    """A photo of dark ink on paper: light that weakens by `fall` from corner to corner, dark corners, camera noise.

    cover: uint8 (H, W), how much of each pixel the pen has covered.
    """
    rng = np.random.default_rng(seed)
    y, x = (np.arange(side) / side - 0.5 for side in cover.shape)
    turn = rng.uniform(0, 2 * np.pi)
    across = (x * np.cos(turn) + (y * np.sin(turn))[:, None]) / np.sqrt(2) + 0.5
    light = (1 - fall * across) * (1 - 2 * vignette * (x**2 + (y**2)[:, None]))
    grey = brightness * light * (1 - 0.8 * (cover / 255)) * 255 + rng.normal(0, noise, cover.shape)
    return np.clip(grey, 0, 255).round().astype(np.uint8)


PHOTOS = {
    "even light": {"fall": 0.0},
    "light from one side and dark corners": {"fall": 0.6, "vignette": 0.3},
    "a very dim room": {"fall": 0.2, "brightness": 0.3, "noise": 3.0},
    "much noise": {"fall": 0.3, "noise": 10.0},
}


@pytest.mark.drawn
@pytest.mark.parametrize("conditions", PHOTOS.values(), ids=PHOTOS)
def test_a_photo_of_a_thin_pen_is_read_like_the_drawing(drawings: list[Drawing], conditions: dict[str, float]) -> None:
    recognizer = Recognizer.load()
    same = 0
    chosen = drawings[7::100]
    for number, drawing in enumerate(chosen):
        placed = place_strokes(drawing.strokes, 360, 200, 24)
        clean = recognizer.read(render_strokes(placed, 24, 360))
        taken = recognizer.read(photo(render_strokes(placed, 4, 360), seed=number, **conditions))
        same += taken.digit == clean.digit
    assert same >= len(chosen) - 1, f"{same} of {len(chosen)} photos are read as their drawings are"


@pytest.mark.parametrize("conditions", PHOTOS.values(), ids=PHOTOS)
def test_a_photo_of_empty_paper_is_blank(conditions: dict[str, float]) -> None:
    for seed in range(4):
        assert preprocess(photo(np.zeros((360, 360), np.uint8), seed=seed, **conditions)).blank


@pytest.mark.parametrize("conditions", PHOTOS.values(), ids=PHOTOS)
def test_the_image_of_a_photo_shows_the_strokes_and_no_paper(conditions: dict[str, float]) -> None:
    pen, marker = paint(THREE, 4, scale=1.8), see(paint(THREE, 12))
    for seed in range(4):
        image = see(photo(pen, seed=seed, **conditions))
        assert image.any()
        assert np.corrcoef(image.ravel(), marker.ravel())[0, 1] > 0.8


def test_a_large_photo_gives_the_image_of_its_smaller_copy() -> None:
    small, large = (see(photo(paint(THREE, 5, scale), 0.3, noise=2)) for scale in (2.0, 6.0))
    assert np.corrcoef(small.ravel(), large.ravel())[0, 1] > 0.9


def test_specks_on_the_paper_do_not_move_the_digit() -> None:
    cover = paint(THREE, 5, scale=2.4)
    dirty = cover.copy()
    for y, x in ((15, 20), (450, 460), (30, 440)):
        dirty[y : y + 4, x : x + 4] = 255
    clean, speckled = see(photo(cover, 0.3)), see(photo(dirty, 0.3))
    assert np.corrcoef(clean.ravel(), speckled.ravel())[0, 1] > 0.95


def test_chalk_on_a_blackboard_is_ink() -> None:
    cover = paint(THREE, 5, scale=2.4)
    board = 255 - photo(cover, 0.3)
    assert np.corrcoef(see(board).ravel(), see(photo(cover, 0.3)).ravel())[0, 1] > 0.9

"""Finding the ink in drawings and screenshots of any colour, and refusing other arrays."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from model.data.ink import MAX_PIXELS
from model.data.preprocess import preprocess
from tests.model.data.drawings import (
    CENTER,
    DRAWINGS,
    THREE,
    assert_same,
    center_of,
    paint,
    rgba,
    see,
)


@pytest.mark.parametrize("drawing", DRAWINGS.values(), ids=DRAWINGS)
def test_dark_ink_on_light_gives_the_same_image_as_light_on_dark(drawing: list[list[tuple[float, float]]]) -> None:
    pixels = paint(drawing)
    np.testing.assert_allclose(see(255 - pixels), see(pixels), atol=1e-5)


@pytest.mark.parametrize("drawing", DRAWINGS.values(), ids=DRAWINGS)
def test_every_kind_of_array_of_a_drawing_gives_the_same_image(drawing: list[list[tuple[float, float]]]) -> None:
    pixels = paint(drawing)
    expected = see(pixels)
    opaque = np.full_like(pixels, 255)
    for other in (
        pixels[..., None],
        np.dstack([pixels] * 3),
        np.dstack([pixels] * 3 + [opaque]),
        np.dstack([255 - pixels] * 3 + [opaque]),
        rgba((0, 0, 0), pixels),
        rgba((255, 255, 255), pixels),
        np.asfortranarray(pixels),
        np.pad(pixels, 50)[50:-50, 50:-50],
    ):
        np.testing.assert_allclose(see(other), expected, atol=1e-5)


@pytest.mark.parametrize(
    ("paper", "ink"),
    [(30, 255), (160, 255), (220, 0), (90, 0)],
)
@pytest.mark.parametrize("drawing", DRAWINGS.values(), ids=DRAWINGS)
def test_grey_paper_is_not_ink(drawing: list[list[tuple[float, float]]], paper: int, ink: int) -> None:
    cover = paint(drawing) / 255
    grey = (paper + (ink - paper) * cover).round().astype(np.uint8)
    np.testing.assert_allclose(see(grey), see(paint(drawing)), atol=0.02)


def test_coloured_ink_is_ink() -> None:
    pixels = paint(THREE)
    for colour in ((255, 255, 0), (0, 255, 255), (120, 200, 255)):
        image = see(np.dstack([pixels // 255 * value for value in colour]).astype(np.uint8))
        assert np.corrcoef(image.ravel(), see(pixels).ravel())[0, 1] > 0.98
    for colour in ((0, 0, 200), (180, 0, 0), (0, 90, 0)):
        image = see(rgba(colour, pixels))
        assert np.corrcoef(image.ravel(), see(pixels).ravel())[0, 1] > 0.98


@pytest.mark.parametrize("channels", [None, 1, 3, 4])
def test_a_canvas_of_one_colour_is_blank(channels: int | None) -> None:
    for size in ((1, 1), (1, 30), (300, 200)):
        for value in (0, 1, 128, 254, 255):
            result = preprocess(np.full(size if channels is None else (*size, channels), value, np.uint8))
            assert result.blank
            assert not result.image.any()
            assert result.image.shape == (28, 28)


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (90, 10, 200)])
def test_a_transparent_canvas_of_any_colour_is_blank(colour: tuple[int, int, int]) -> None:
    assert preprocess(rgba(colour, np.zeros((50, 60), np.uint8))).blank


@pytest.mark.parametrize("noise", [1, 2, 5])
def test_the_noise_of_a_compressed_blank_picture_is_not_ink(noise: int) -> None:
    grain = np.random.default_rng(0).integers(-noise, noise + 1, (200, 200))
    for paper in (10, 128, 245):
        assert preprocess((paper + grain).astype(np.uint8)).blank


@pytest.mark.parametrize(("x", "y"), [(0, 0), (199, 199), (0, 100), (100, 100)])
def test_one_pixel_is_ink_at_any_place(x: int, y: int) -> None:
    pixels = np.zeros((200, 200), np.uint8)
    pixels[y, x] = 255
    image = see(pixels)
    assert image.any()
    assert_same(image, see(pixels.T))
    assert center_of(image) == pytest.approx((CENTER, CENTER), abs=0.1)


@pytest.mark.parametrize("edge", ["left", "top", "right", "bottom"])
def test_a_line_at_the_edge_of_the_canvas_is_ink(edge: str) -> None:
    pixels = np.zeros((200, 200), np.uint8)
    side = {"left": np.s_[:, :6], "right": np.s_[:, -6:], "top": np.s_[:6], "bottom": np.s_[-6:]}[edge]
    pixels[side] = 255
    image = see(pixels)
    rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
    length, width = (rows, columns) if edge in ("left", "right") else (columns, rows)
    assert len(length) >= 20
    assert len(width) <= 3
    np.testing.assert_allclose(see(255 - pixels), image, atol=1e-5)


def test_a_digit_partly_outside_the_canvas_is_ink() -> None:
    off = [[(x - 60, y) for x, y in stroke] for stroke in THREE]
    assert see(paint(off)).sum() > 20


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((28, 28)),
        np.zeros((28, 28), np.float32),
        np.zeros((28, 28), bool),
        np.zeros((28, 28), np.int64),
        np.zeros((28, 28), np.uint16),
        np.zeros(28, np.uint8),
        np.uint8(3),
        np.zeros((28, 28, 2), np.uint8),
        np.zeros((28, 28, 5), np.uint8),
        np.zeros((1, 28, 28, 1), np.uint8),
        np.zeros((0, 28), np.uint8),
        np.zeros((28, 0, 4), np.uint8),
        np.zeros((28, 28), object),
        np.array([["a", "b"]]),
        np.broadcast_to(np.uint8(0), (MAX_PIXELS // 1000 + 1, 1000)),
    ],
    ids=lambda pixels: f"{pixels.dtype} {pixels.shape}",
)
def test_other_arrays_are_refused_in_one_sentence(pixels: NDArray[np.generic]) -> None:
    with pytest.raises(ValueError, match="picture") as caught:
        preprocess(pixels)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("thing", [None, "text", [[1, 2], [3, 4]], [[1, 2], [3]]])
def test_other_objects_are_refused(thing: object) -> None:
    with pytest.raises(ValueError):
        preprocess(thing)  # type: ignore[arg-type]

"""Preprocessing: which changes of a drawing must not change the image, and the effect of each step."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from model.data.painting import render_strokes
from model.data.preprocess import BOX_SIZE, Steps, preprocess
from model.data.strokes import Drawing, place_strokes
from tests.model.data.drawings import (
    CANVAS,
    CENTER,
    DRAWINGS,
    FOUR,
    THREE,
    Bytes,
    assert_same,
    center_of,
    paint,
    rgba,
    see,
)

points = st.tuples(st.floats(20, 180), st.floats(20, 180))
strokes = st.lists(st.lists(points, min_size=1, max_size=6), min_size=1, max_size=3)


@given(strokes, st.integers(0, 150), st.integers(0, 90))
def test_a_moved_drawing_gives_the_same_image(drawing: list[list[tuple[float, float]]], right: int, down: int) -> None:
    pixels = paint(drawing)
    moved = np.zeros((CANVAS + 90, CANVAS + 150), np.uint8)
    moved[down : down + CANVAS, right : right + CANVAS] = pixels
    assert_same(see(moved), see(pixels))


@settings(max_examples=25)
@given(strokes, st.floats(0.5, 3))
def test_a_scaled_drawing_gives_the_same_image_up_to_its_edges(
    drawing: list[list[tuple[float, float]]], scale: float
) -> None:
    corners = np.array([point for stroke in drawing for point in stroke])
    assume((corners.max(axis=0) - corners.min(axis=0)).max() > 40)  # the edges of a dot are most of it
    difference = np.abs(see(paint(drawing, scale=scale)) - see(paint(drawing)))
    assert difference.mean() < 0.02
    assert difference.max() < 0.35


@pytest.mark.drawn
@pytest.mark.parametrize("scale", [0.5, 1.3, 3.0])
def test_the_size_of_a_drawn_digit_does_not_matter(drawings: list[Drawing], scale: float) -> None:
    for drawing in drawings[::120]:
        placed = place_strokes(drawing.strokes, CANVAS, 130, 14)
        difference = np.abs(see(paint(placed, scale=scale)) - see(paint(placed)))
        assert difference.mean() < 0.012
        assert difference.max() < 0.2


def test_the_input_is_not_changed() -> None:
    for pixels in (
        paint(THREE),
        255 - paint(THREE),
        rgba((0, 0, 0), paint(THREE)),
        np.linspace(0, 255, 400).astype(np.uint8).reshape(20, 20),
    ):
        before = pixels.copy()
        see(pixels)
        assert np.array_equal(pixels, before)


@pytest.mark.parametrize("drawing", DRAWINGS.values(), ids=DRAWINGS)
def test_the_longest_side_of_the_ink_becomes_20_pixels(drawing: list[list[tuple[float, float]]]) -> None:
    for pen in (6, 14, 26):
        result = preprocess(paint(drawing, pen))
        assert result.scaled.shape == (BOX_SIZE, BOX_SIZE) == (20, 20)
        rows, columns = (np.flatnonzero(result.scaled.max(axis=axis) > 0.1) for axis in (1, 0))
        assert max(rows[-1] - rows[0], columns[-1] - columns[0]) + 1 == 20
        height, width = result.crop.shape
        assert (rows[-1] - rows[0] + 1) / 20 == pytest.approx(height / max(height, width), abs=0.11)
        assert (columns[-1] - columns[0] + 1) / 20 == pytest.approx(width / max(height, width), abs=0.11)


@pytest.mark.drawn
def test_the_centre_of_mass_of_a_drawing_is_the_middle(drawings: list[Drawing]) -> None:
    for drawing in drawings[::25]:
        pixels = render_strokes(place_strokes(drawing.strokes, CANVAS, 130, 14), 14, CANVAS)
        assert center_of(see(pixels)) == pytest.approx((CENTER, CENTER), abs=0.1)


def test_centring_never_moves_ink_out_of_the_image() -> None:
    heavy_corner = [[(20.0, 20.0), (180.0, 20.0)], [(20.0, 180.0), (25.0, 180.0)]]
    result = preprocess(paint(heavy_corner, 30))
    whole = preprocess(paint(heavy_corner, 30), Steps(center=False)).image.sum()
    assert result.image.sum() == pytest.approx(whole, rel=0.03), "no ink is lost over the edge"


@pytest.mark.parametrize("step", ["crop", "fit", "center"])
def test_every_step_has_an_effect(step: str) -> None:
    pixels = np.pad(paint(THREE), ((0, 150), (100, 0)))
    with_it, without = see(pixels), see(pixels, Steps(**{step: False}))
    assert np.abs(with_it - without).mean() > 0.02
    assert without.any()


def test_without_centring_the_box_stays_in_the_middle() -> None:
    result = preprocess(paint(FOUR), Steps(center=False))
    assert result.shift == (0.0, 0.0)
    assert_same(result.image, result.placed)
    assert_same(result.placed[4:24, 4:24], result.scaled)
    assert preprocess(paint(FOUR)).shift != (0.0, 0.0)
    assert_same(preprocess(paint(FOUR)).placed, result.placed)


def test_without_cropping_the_place_on_the_canvas_is_kept() -> None:
    corner = np.pad(paint(THREE), ((0, 200), (0, 200)))
    x, y = center_of(see(corner, Steps(crop=False, center=False)))
    assert x < 13
    assert y < 13


def test_without_fitting_the_box_fills_the_image() -> None:
    image = see(paint([[(60.0, 40.0), (140.0, 90.0)]]), Steps(fit=False, center=False))
    assert image[:2].any()
    assert image[-2:].any()
    assert image[:, :2].any()
    assert image[:, -2:].any()


def test_a_larger_pen_gives_more_ink() -> None:
    amounts = [see(paint(THREE, pen)).sum() for pen in (4, 8, 14, 22)]
    assert amounts == sorted(amounts)
    assert amounts[-1] > 1.5 * amounts[0]


def test_a_dot_is_a_disc_in_the_middle() -> None:
    image = see(paint([[(40.0, 150.0)]], 20))
    assert center_of(image) == pytest.approx((CENTER, CENTER), abs=0.1)
    assert image.sum() == pytest.approx(np.pi * 10**2, rel=0.05)


shapes = st.one_of(
    st.tuples(st.integers(1, 40), st.integers(1, 40)),
    st.tuples(st.just(1), st.integers(1, 3000)),
    st.tuples(st.integers(1, 3000), st.integers(1, 2)),
).flatmap(lambda size: st.sampled_from([size, (*size, 1), (*size, 3), (*size, 4)]))


@given(shapes, st.integers(0, 2**32 - 1), st.sampled_from(["noise", "few", "step", "alpha"]))
def test_any_picture_gives_a_valid_image(shape: tuple[int, ...], seed: int, kind: str) -> None:
    rng = np.random.default_rng(seed)
    pixels = rng.integers(0, 256, shape, dtype=np.uint8)
    if kind == "few":
        pixels[rng.random(shape) < 0.95] = 0
    elif kind == "step":
        pixels[: shape[0] // 2] //= 8
    elif kind == "alpha" and len(shape) == 3 and shape[2] == 4:
        pixels[..., 3] = rng.choice([0, 1, 255], shape[:2])
    see(pixels)
    see(pixels, Steps(*rng.random(3) < 0.5))


@given(hnp.arrays(np.uint8, st.tuples(st.integers(1, 6), st.integers(1, 6))))
def test_any_tiny_picture_gives_a_valid_image(pixels: Bytes) -> None:
    see(pixels)


@pytest.mark.parametrize("size", [(1, 100_000), (100_000, 1), (3, 50_000)])
def test_a_very_long_picture_gives_a_valid_image(size: tuple[int, int]) -> None:
    see(np.resize(np.arange(256, dtype=np.uint8), size))
    pixels = np.zeros(size, np.uint8)
    pixels[size[0] // 2, size[1] // 2] = 255
    assert see(pixels).any()

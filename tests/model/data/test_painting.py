"""Strokes painted as a browser's canvas paints them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from model.data.painting import render_growth, render_strokes
from model.data.strokes import Drawing, place_strokes

Bytes = NDArray[np.uint8]

ZIGZAG: list[tuple[float, float]] = [(20.0, 25.0), (80.5, 30.0), (33.3, 70.0), (85.0, 81.7)]

coordinates = st.floats(-50, 150)


def by_pillow(strokes: list[list[tuple[float, float]]], pen: float, side: int) -> NDArray[np.float64]:
    """The same strokes painted by Pillow, eight times as large without smoothing, and then reduced."""
    times = 8
    picture = Image.new("L", (side * times, side * times))
    draw = ImageDraw.Draw(picture)
    radius = pen * times / 2
    for stroke in strokes:
        points = [(x * times, y * times) for x, y in stroke]
        draw.line(points, fill=255, width=round(2 * radius))
        for x, y in points:
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    return np.asarray(picture.resize((side, side), Image.Resampling.BOX), np.float64)


def extent(pixels: Bytes) -> tuple[int, int, int, int]:
    """(left, top, right, bottom) of the pixels that are at least half covered, the ends inclusive."""
    rows, columns = (np.flatnonzero((pixels >= 128).any(axis=axis)) for axis in (1, 0))
    return int(columns[0]), int(rows[0]), int(columns[-1]), int(rows[-1])


@pytest.mark.parametrize("pen", [1.0, 6.5, 20.0])
def test_strokes_are_painted_as_pillow_paints_them(pen: float) -> None:
    for strokes in ([ZIGZAG], [ZIGZAG[:2]], [ZIGZAG[:1]], [ZIGZAG[:2], ZIGZAG[2:]], [[(10.2, 50.0), (90.1, 50.0)]]):
        ours, theirs = render_strokes(strokes, pen, 100).astype(float), by_pillow(strokes, pen, 100)
        assert np.abs(ours - theirs).mean() < 1
        assert ours.sum() == pytest.approx(theirs.sum(), rel=0.25 if pen <= 2 else 0.05)


@pytest.mark.drawn
def test_drawn_digits_are_painted_as_pillow_paints_them(drawings: list[Drawing]) -> None:
    for drawing in drawings[::150]:
        placed = place_strokes(drawing.strokes, 140, 90, 9)
        ours, theirs = render_strokes(placed, 9, 140).astype(float), by_pillow(placed, 9, 140)
        assert np.abs(ours - theirs).mean() < 1
        assert ours.sum() == pytest.approx(theirs.sum(), rel=0.02)


def test_a_stroke_is_white_on_black_and_smooth_at_its_edges() -> None:
    pixels = render_strokes([ZIGZAG], 10, 100)
    assert pixels.dtype == np.uint8
    assert pixels.shape == (100, 100)
    assert pixels.max() == 255
    assert np.median(pixels) == 0
    assert len(np.unique(pixels)) > 20


def test_ends_are_round_and_reach_half_a_pen_beyond_the_last_point() -> None:
    pixels = render_strokes([[(30.0, 50.0), (70.0, 50.0)]], 12, 100)
    assert extent(pixels) == (24, 44, 75, 55)
    assert pixels[44:46, 24:26].max() < 128, "no square corners"


def test_a_corner_is_round_and_not_mitred() -> None:
    pixels = render_strokes([[(20.0, 20.0), (80.0, 50.0), (20.0, 80.0)]], 10, 120)
    assert extent(pixels)[2] == 84


def test_a_dot_is_a_disc() -> None:
    for stroke in ([(50.0, 50.0)], [(50.0, 50.0), (50.0, 50.0)]):
        pixels = render_strokes([stroke], 20, 100)
        assert extent(pixels) == (40, 40, 59, 59)
        assert pixels.sum() / 255 == pytest.approx(np.pi * 10**2, rel=0.02)
        assert np.array_equal(pixels, pixels.T)
        assert np.array_equal(pixels, pixels[::-1])


def test_a_pixels_centre_is_half_a_pixel_from_its_corner() -> None:
    pixels = render_strokes([[(50.0, 10.0), (50.0, 90.0)]], 2, 100)
    assert pixels[50, 48:52].tolist() == [0, 255, 255, 0]


def test_each_stroke_may_have_its_own_pen() -> None:
    strokes = [[(20.0, 20.0), (20.0, 80.0)], [(70.0, 20.0), (70.0, 80.0)]]
    pixels = render_strokes(strokes, [4, 16], 100)
    assert (pixels[50, :45] / 255).sum() == pytest.approx(4, abs=0.1)
    assert (pixels[50, 45:] / 255).sum() == pytest.approx(16, abs=0.1)
    with pytest.raises(ValueError, match="zip"):
        render_strokes(strokes, [4], 100)


def test_strokes_that_cross_do_not_overflow() -> None:
    strokes = [[(20.0, 50.0), (80.0, 50.0)], [(50.0, 20.0), (50.0, 80.0)]] * 3
    pixels = render_strokes(strokes, 9.5, 100)
    assert np.array_equal(pixels, np.maximum(pixels, render_strokes(strokes[:2], 9.5, 100)))
    assert pixels[50, 50] == 255


def test_points_outside_the_canvas_are_cut_off() -> None:
    line = [[(-500.0, 50.0), (500.0, 50.0)]]
    pixels = render_strokes(line, 10, 100)
    assert (pixels[50] == 255).all()
    assert not render_strokes([[(-50.0, -50.0), (-20.0, 300.0)]], 10, 100).any()
    shifted = [[(x + 200, y + 200) for x, y in ZIGZAG]]
    assert np.array_equal(render_strokes(shifted, 10, 300)[200:, 200:], render_strokes([ZIGZAG], 10, 100))


def test_points_far_outside_need_no_more_memory() -> None:
    pixels = render_strokes([[(-1e9, 30.0), (1e9, 30.0)], [(1e15, 1e15)]], 8, 64)
    assert (pixels[30] == 255).all()
    assert not pixels[40:].any()


def test_a_canvas_need_not_be_square() -> None:
    pixels = render_strokes([ZIGZAG], 10, 90, 120)
    assert pixels.shape == (90, 120)
    assert np.array_equal(pixels[:, :100], render_strokes([ZIGZAG], 10, 100)[:90])


@pytest.mark.parametrize("strokes", [[], [[]], [[], []]])
def test_strokes_without_points_paint_nothing(strokes: list[list[tuple[float, float]]]) -> None:
    assert not render_strokes(strokes, 10, 50).any()


def test_an_empty_stroke_among_others_changes_nothing() -> None:
    assert np.array_equal(render_strokes([[], ZIGZAG, []], 9, 100), render_strokes([ZIGZAG], 9, 100))


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), float("-inf")])
def test_numbers_that_are_not_finite_are_refused(bad: float) -> None:
    for strokes, pen in (([[(bad, 1.0)]], 5.0), ([[(1.0, 2.0), (3.0, bad)]], 5.0), ([ZIGZAG], bad)):
        with pytest.raises(ValueError, match="finite") as caught:
            render_strokes(strokes, pen, 50)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("size", [(0, 10), (10, 0), (-1, 5)])
def test_a_canvas_without_pixels_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="pixel"):
        render_strokes([ZIGZAG], 10, *size)


@given(st.lists(st.lists(st.tuples(coordinates, coordinates), max_size=5), max_size=3), st.floats(0, 60))
def test_any_strokes_can_be_painted(strokes: list[list[tuple[float, float]]], pen: float) -> None:
    pixels = render_strokes(strokes, pen, 40, 60)
    assert (pixels.shape, pixels.dtype) == ((40, 60), np.uint8)
    backwards = render_strokes([stroke[::-1] for stroke in strokes], pen, 40, 60)
    assert np.abs(pixels.astype(int) - backwards).max() <= 1, "the direction of a stroke is not visible"


def test_each_stroke_is_painted_over_the_earlier_ones() -> None:
    strokes = [[(5.0, 5.0), (35.0, 5.0)], [(20.0, 2.0), (20.0, 38.0)], [(3.0, 30.0)]]
    widths = [4.0, 7.0, 5.0]
    grown = render_growth(strokes, widths, 40)
    assert len(grown) == 4
    assert not grown[0].any()
    for count in range(1, 4):
        assert (grown[count] == render_strokes(strokes[:count], widths[:count], 40)).all()
        assert (grown[count] >= grown[count - 1]).all()
        assert (grown[count] != grown[count - 1]).any()

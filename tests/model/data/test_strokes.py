"""Strokes: painted as a browser paints them, placed on the canvas, read from files and from a browser."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from model.data.strokes import (
    MAX_COMMANDS,
    MAX_STROKES,
    Drawing,
    Stroke,
    load_drawings,
    place_strokes,
    render_growth,
    render_pen_strokes,
    render_strokes,
    smooth_stroke,
    strokes_of_fabric,
)
from tests.conftest import json_values

Bytes = NDArray[np.uint8]

ZIGZAG: list[tuple[float, float]] = [(20.0, 25.0), (80.5, 30.0), (33.3, 70.0), (85.0, 81.7)]


def by_pillow(strokes: list[list[tuple[float, float]]], pen: float, side: int) -> NDArray[np.float64]:
    """The same strokes by another program: painted eight times as large without smoothing, then reduced."""
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
    """(left, top, right, bottom) of what is at least half covered, the ends inclusive."""
    rows, columns = (np.flatnonzero((pixels >= 128).any(axis=axis)) for axis in (1, 0))
    return int(columns[0]), int(rows[0]), int(columns[-1]), int(rows[-1])


# --- painting ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pen", [1.0, 2.0, 6.5, 12.0, 20.0])
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


def test_points_far_outside_cost_no_more_memory_than_the_canvas() -> None:
    pixels = render_strokes([[(-1e9, 30.0), (1e9, 30.0)], [(1e15, 1e15)]], 8, 64)
    assert (pixels[30] == 255).all()
    assert not pixels[40:].any()


def test_a_canvas_need_not_be_square() -> None:
    pixels = render_strokes([ZIGZAG], 10, 90, 120)
    assert pixels.shape == (90, 120)
    assert np.array_equal(pixels[:, :100], render_strokes([ZIGZAG], 10, 100)[:90])


@pytest.mark.parametrize("strokes", [[], [[]], [[], []]])
def test_no_points_are_no_ink(strokes: list[list[tuple[float, float]]]) -> None:
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


coordinates = st.floats(-50, 150)


@given(st.lists(st.lists(st.tuples(coordinates, coordinates), max_size=5), max_size=3), st.floats(0, 60))
def test_any_strokes_can_be_painted(strokes: list[list[tuple[float, float]]], pen: float) -> None:
    pixels = render_strokes(strokes, pen, 40, 60)
    assert (pixels.shape, pixels.dtype) == ((40, 60), np.uint8)
    backwards = render_strokes([stroke[::-1] for stroke in strokes], pen, 40, 60)
    assert np.abs(pixels.astype(int) - backwards).max() <= 1, "the direction of a stroke does not show"


# --- placing ----------------------------------------------------------------------------------------------------------


@given(
    st.lists(st.lists(st.tuples(coordinates, coordinates), min_size=1, max_size=5), min_size=1, max_size=3),
    st.floats(20, 90),
    st.floats(1, 10),
    st.none() | st.integers(0, 1000),
)
def test_placed_strokes_stay_on_the_canvas_in_their_proportions(
    strokes: list[Stroke], size: float, pen: float, seed: int | None
) -> None:
    rng = None if seed is None else np.random.default_rng(seed)
    placed = place_strokes(strokes, 100, size, pen, rng)
    before, after = (np.array([point for stroke in drawing for point in stroke]) for drawing in (strokes, placed))
    low, high = after.min(axis=0), after.max(axis=0)
    assert (low >= pen / 2 - 1e-6).all()
    assert (high <= 100 - pen / 2 + 1e-6).all()
    assert [len(stroke) for stroke in placed] == [len(stroke) for stroke in strokes]
    longest = (before.max(axis=0) - before.min(axis=0)).max()
    if longest > 1e-3:
        assert (high - low).max() == pytest.approx(size)
        steps = np.diff(before, axis=0) * size / longest
        np.testing.assert_allclose(np.diff(after, axis=0), steps, atol=1e-6)
    if rng is None:
        assert (low + high) / 2 == pytest.approx([50, 50])


def test_a_random_place_is_random_and_repeatable() -> None:
    def place(seed: int) -> list[list[tuple[float, float]]]:
        return place_strokes([ZIGZAG], 100, 40, 6, np.random.default_rng(seed))

    assert place(1) == place(1)
    corners = np.array([np.min(place(seed)[0], axis=0) for seed in range(200)])
    assert corners.min() < 6
    assert corners.max() > 50


def test_where_there_is_no_room_the_strokes_lie_in_the_middle() -> None:
    placed = np.array(place_strokes([ZIGZAG], 100, 98, 20, np.random.default_rng(0))[0])
    assert (placed[:, 0].min() + placed[:, 0].max()) / 2 == pytest.approx(50)


# --- files ------------------------------------------------------------------------------------------------------------


def test_drawings_are_read_line_by_line(tmp_path: Path) -> None:
    file = tmp_path / "drawings.jsonl"
    file.write_text(
        '{"label": 3, "strokes": [[[1, 2], [3.5, 4]], [[5, 6]]]}\n\n{"label": "cat", "writer": "a", "strokes": []}\n'
    )
    assert load_drawings(file) == [
        Drawing(3, (((1.0, 2.0), (3.5, 4.0)), ((5.0, 6.0),))),
        Drawing("cat", ()),
    ]


@pytest.mark.drawn
def test_the_pen_drawings_are_1200_digits(drawings: list[Drawing]) -> None:
    assert len(drawings) == 1200
    assert {drawing.label for drawing in drawings} == set(range(10))
    assert all(stroke for drawing in drawings for stroke in drawing.strokes)


def test_a_missing_file_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nowhere"):
        load_drawings(tmp_path / "nowhere.jsonl")


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "nonsense",
        "[]",
        "5",
        "null",
        "{}",
        '{"label": 3}',
        '{"strokes": []}',
        '{"label": 3, "strokes": 5}',
        '{"label": 3, "strokes": [5]}',
        '{"label": 3, "strokes": [[5]]}',
        '{"label": 3, "strokes": [[[1]]]}',
        '{"label": 3, "strokes": [[[1, 2, 3]]]}',
        '{"label": 3, "strokes": [[["a", 2]]]}',
        '{"label": 3, "strokes": [[[null, 2]]]}',
    ],
)
def test_a_line_that_is_no_drawing_is_a_value_error(tmp_path: Path, line: str) -> None:
    file = tmp_path / "drawings.jsonl"
    file.write_text('{"label": 3, "strokes": [[[1, 2]]]}\n' + line)
    with pytest.raises(ValueError):
        load_drawings(file)


# --- from the browser -------------------------------------------------------------------------------------------------


def fabric(path: list[Any], **values: Any) -> dict[str, Any]:
    """A path as Fabric.js describes it right after it was drawn."""
    points = np.array([command[-2:] for command in path], float)
    low, size = points.min(axis=0), np.ptp(points, axis=0)
    pen = values.get("strokeWidth", 10)
    return {
        "type": "path",
        "path": path,
        "strokeWidth": pen,
        "width": size[0],
        "height": size[1],
        "left": low[0] - pen / 2,
        "top": low[1] - pen / 2,
        "originX": "left",
        "originY": "top",
        "scaleX": 1,
        "scaleY": 1,
        "angle": 0,
        **values,
    }


LINE = [["M", 20, 30], ["L", 60, 30], ["L", 60, 70]]


def drawn(*objects: Any) -> Bytes:
    return render_pen_strokes(strokes_of_fabric(list(objects)), 120)[-1]


def test_a_fresh_path_is_where_it_was_drawn() -> None:
    (stroke,) = strokes_of_fabric([fabric(LINE)])
    assert stroke.points == ((20.0, 30.0), (60.0, 30.0), (60.0, 70.0))
    assert stroke.width == 10
    assert np.array_equal(drawn(fabric(LINE)), render_strokes([stroke.points], 10, 120))


def test_a_curve_is_followed() -> None:
    (stroke,) = strokes_of_fabric([fabric([["M", 20, 20], ["Q", 80, 20, 80, 80]])])
    at_half = (20 / 4 + 2 * 80 / 4 + 80 / 4, 20 / 4 + 2 * 20 / 4 + 80 / 4)
    distances = [np.hypot(x - at_half[0], y - at_half[1]) for x, y in stroke.points]
    assert min(distances) < 2
    assert len(stroke.points) > 10
    assert stroke.points[-1] == (80.0, 80.0)


def test_a_smoothed_stroke_keeps_its_ends_and_stays_near_its_points() -> None:
    smooth = smooth_stroke(ZIGZAG)
    assert smooth[0] == ZIGZAG[0]
    assert smooth[-1] == ZIGZAG[-1]
    steps = np.hypot(*np.diff(np.array(smooth), axis=0).T)
    assert len(smooth) > 3 * len(ZIGZAG)
    low, high = np.min(ZIGZAG, axis=0), np.max(ZIGZAG, axis=0)
    assert (np.array(smooth) >= low - 1e-9).all()
    assert (np.array(smooth) <= high + 1e-9).all()
    assert steps[1:-1].max() < 40
    for short in ([], ZIGZAG[:1], ZIGZAG[:2]):
        assert list(smooth_stroke(short)) == short


def test_a_path_that_was_moved_is_where_it_was_moved_to() -> None:
    moved = drawn(fabric(LINE, left=15 + 30, top=25 + 20))
    assert np.array_equal(np.roll(drawn(fabric(LINE)), (20, 30), (0, 1)), moved)


def test_a_path_that_was_enlarged_has_a_larger_pen() -> None:
    (stroke,) = strokes_of_fabric([fabric(LINE, scaleX=2, scaleY=2)])
    assert stroke.width == 20
    assert np.ptp([x for x, _ in stroke.points]) == 80


def test_a_path_that_was_turned_by_a_right_angle_is_turned() -> None:
    middle = {"left": 60, "top": 60, "originX": "center", "originY": "center"}
    straight = fabric([["M", 40, 60], ["L", 80, 60]], **middle)
    x, y = np.array(strokes_of_fabric([{**straight, "angle": 90}])[0].points).T
    assert x == pytest.approx([60, 60])
    assert y == pytest.approx([40, 80])


def test_what_is_no_path_is_left_out_and_the_rest_is_kept() -> None:
    broken: list[Any] = [
        None,
        5,
        "path",
        [],
        {},
        {"path": None},
        {"path": []},
        {"path": "M"},
        {"type": "circle", "radius": 5},
        fabric(LINE) | {"path": [["Q", 1, 2, 3, 4]]},
        fabric(LINE) | {"path": [["M", "a", "b"]]},
        fabric(LINE) | {"path": [["M", 1]]},
        fabric(LINE) | {"path": [[]]},
        fabric(LINE) | {"path": [5]},
        fabric(LINE) | {"path": [["M", float("nan"), 1]]},
        fabric(LINE) | {"path": [["M", 1, 1], ["L", 10**400, 1]]},
        fabric(LINE) | {"path": [["M", 1, 1], ["Q", 1, 1]]},
        fabric(LINE) | {"path": [["M", [1, 2], {"x": 1}]]},
        fabric(LINE) | {"left": "here"},
        fabric(LINE) | {"left": float("inf")},
        fabric(LINE) | {"left": 1e300},
        fabric(LINE) | {"width": None},
        fabric(LINE) | {"strokeWidth": float("nan")},
        fabric(LINE) | {"scaleX": {}},
        fabric(LINE) | {"originX": ["left"]},
        fabric(LINE) | {"originX": "nowhere"},
        {name: value for name, value in fabric(LINE).items() if name != "left"},
    ]
    assert strokes_of_fabric(broken) == []
    assert strokes_of_fabric([*broken, fabric(LINE), *broken]) == strokes_of_fabric([fabric(LINE)])
    for nothing in (None, 5, "objects", {}, {"objects": []}, True):
        assert strokes_of_fabric(nothing) == []


def test_an_endless_drawing_is_cut_short() -> None:
    assert len(strokes_of_fabric([fabric(LINE)] * (MAX_STROKES + 50))) == MAX_STROKES
    assert strokes_of_fabric([fabric(LINE), fabric(LINE * MAX_COMMANDS), fabric(LINE)]) == strokes_of_fabric(
        [fabric(LINE)]
    )


def test_a_giant_pen_is_limited_and_a_negative_one_is_none() -> None:
    assert strokes_of_fabric([fabric(LINE, strokeWidth=1e9)])[0].width <= 1000
    assert strokes_of_fabric([fabric(LINE, strokeWidth=-5)])[0].width == 0


names = st.sampled_from(
    ["path", "strokeWidth", "left", "top", "width", "height", "scaleX", "scaleY", "angle", "originX", "flipX", "type"]
)


@given(st.lists(st.dictionaries(names, json_values()).map(lambda values: fabric(LINE) | values) | json_values()))
def test_nothing_that_a_browser_sends_can_break_the_drawing(objects: list[Any]) -> None:
    for stroke in strokes_of_fabric(objects):
        assert np.isfinite(stroke.points).all()
        assert 0 <= stroke.width <= 1000
    assert drawn(*objects).shape == (120, 120)


def test_strokes_survive_the_way_through_json() -> None:
    assert strokes_of_fabric(json.loads(json.dumps([fabric(LINE)], default=float))) == strokes_of_fabric([fabric(LINE)])


def test_a_growing_canvas_shows_each_stroke_over_those_before_it() -> None:
    strokes = [[(5.0, 5.0), (35.0, 5.0)], [(20.0, 2.0), (20.0, 38.0)], [(3.0, 30.0)]]
    widths = [4.0, 7.0, 5.0]
    grown = render_growth(strokes, widths, 40)
    assert len(grown) == 4
    assert not grown[0].any()
    for count in range(1, 4):
        assert (grown[count] == render_strokes(strokes[:count], widths[:count], 40)).all()
        assert (grown[count] >= grown[count - 1]).all()
        assert (grown[count] != grown[count - 1]).any()

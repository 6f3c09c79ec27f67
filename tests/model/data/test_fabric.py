"""Strokes from the paths of a Fabric.js canvas."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from model.data.fabric import MAX_COMMANDS, MAX_STROKES, smooth_stroke, strokes_of_fabric
from model.data.painting import render_pen_strokes, render_strokes
from tests.conftest import json_values

Bytes = NDArray[np.uint8]

ZIGZAG: list[tuple[float, float]] = [(20.0, 25.0), (80.5, 30.0), (33.3, 70.0), (85.0, 81.7)]


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


def test_a_new_path_has_the_place_where_it_was_drawn() -> None:
    (stroke,) = strokes_of_fabric([fabric(LINE)])
    assert stroke.points == ((20.0, 30.0), (60.0, 30.0), (60.0, 70.0))
    assert stroke.width == 10
    assert np.array_equal(drawn(fabric(LINE)), render_strokes([stroke.points], 10, 120))


def test_a_curve_becomes_short_lines_along_it() -> None:
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


def test_a_moved_path_is_at_its_new_place() -> None:
    moved = drawn(fabric(LINE, left=15 + 30, top=25 + 20))
    assert np.array_equal(np.roll(drawn(fabric(LINE)), (20, 30), (0, 1)), moved)


def test_an_enlarged_path_has_a_wider_pen() -> None:
    (stroke,) = strokes_of_fabric([fabric(LINE, scaleX=2, scaleY=2)])
    assert stroke.width == 20
    assert np.ptp([x for x, _ in stroke.points]) == 80


def test_a_turned_path_is_turned() -> None:
    middle = {"left": 60, "top": 60, "originX": "center", "originY": "center"}
    straight = fabric([["M", 40, 60], ["L", 80, 60]], **middle)
    x, y = np.array(strokes_of_fabric([{**straight, "angle": 90}])[0].points).T
    assert x == pytest.approx([60, 60])
    assert y == pytest.approx([40, 80])


def test_malformed_objects_are_left_out_and_paths_are_kept() -> None:
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


def test_strokes_and_commands_over_the_limit_are_left_out() -> None:
    assert len(strokes_of_fabric([fabric(LINE)] * (MAX_STROKES + 50))) == MAX_STROKES
    assert strokes_of_fabric([fabric(LINE), fabric(LINE * MAX_COMMANDS), fabric(LINE)]) == strokes_of_fabric(
        [fabric(LINE)]
    )


def test_the_width_of_a_pen_is_limited() -> None:
    assert strokes_of_fabric([fabric(LINE, strokeWidth=1e9)])[0].width <= 1000
    assert strokes_of_fabric([fabric(LINE, strokeWidth=-5)])[0].width == 0


names = st.sampled_from(
    ["path", "strokeWidth", "left", "top", "width", "height", "scaleX", "scaleY", "angle", "originX", "flipX", "type"]
)


@given(st.lists(st.dictionaries(names, json_values()).map(lambda values: fabric(LINE) | values) | json_values()))
def test_no_message_of_a_browser_raises_an_error(objects: list[Any]) -> None:
    for stroke in strokes_of_fabric(objects):
        assert np.isfinite(stroke.points).all()
        assert 0 <= stroke.width <= 1000
    assert drawn(*objects).shape == (120, 120)


def test_strokes_are_the_same_after_a_round_trip_through_json() -> None:
    assert strokes_of_fabric(json.loads(json.dumps([fabric(LINE)], default=float))) == strokes_of_fabric([fabric(LINE)])

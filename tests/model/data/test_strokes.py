"""Drawings read from a file, and strokes placed on a canvas."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.data.strokes import Drawing, Stroke, load_drawings, place_strokes

ZIGZAG: list[tuple[float, float]] = [(20.0, 25.0), (80.5, 30.0), (33.3, 70.0), (85.0, 81.7)]

coordinates = st.floats(-50, 150)


@given(
    st.lists(st.lists(st.tuples(coordinates, coordinates), min_size=1, max_size=5), min_size=1, max_size=3),
    st.floats(20, 90),
    st.floats(1, 10),
    st.none() | st.integers(0, 1000),
)
def test_placed_strokes_are_on_the_canvas_and_keep_their_proportions(
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


def test_strokes_without_room_are_placed_in_the_middle() -> None:
    placed = np.array(place_strokes([ZIGZAG], 100, 98, 20, np.random.default_rng(0))[0])
    assert (placed[:, 0].min() + placed[:, 0].max()) / 2 == pytest.approx(50)


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

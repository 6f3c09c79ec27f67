"""Where the names of the curves are placed."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from model.comparison.curves import CurveMetric
from ui.train.comparison.axes import Axes
from ui.train.comparison.labels import label_rows, spread
from ui.train.comparison.view import ChartView


@given(places=st.lists(st.floats(0, 1), min_size=1, max_size=6))
def test_names_keep_their_distance_and_their_order(places: list[float]) -> None:
    moved = spread(places, 0.1, 0.0, 1.0)
    assert all(-1e-9 <= place <= 1 + 1e-9 for place in moved)
    assert all(b - a >= 0.1 - 1e-9 for a, b in pairwise(sorted(moved)))
    for one, place in enumerate(places):
        assert all(moved[one] <= moved[other] for other, each in enumerate(places) if place < each)


def test_names_with_enough_room_stay_where_they_are() -> None:
    assert spread([0.9, 0.1, 0.5], 0.1, 0.0, 1.0) == [0.9, 0.1, 0.5]


def test_a_name_is_plain_text_at_the_last_validation_point() -> None:
    rows = [("A", "training", 2.0, 0.9), ("A", "validation", 1.0, 0.5), ("A", "validation", 2.0, 0.3)]
    axes = Axes(ChartView(CurveMetric.LOSS, logarithmic=False, by_time=False, training=True), 0.0, 1.0, 2.0)
    table = pd.DataFrame(rows, columns=["run", "pictures", "x", "height"])
    point, name = label_rows(table, ["**fat** $x$ and much more"], axes, 300).to_dict("records")
    assert (point["x"], point["height"]) == (2.0, 0.3)
    assert name["label"] == "A · **fat** $x$ and m…"
    assert name["height"] == 0.3

"""The names at the ends of the curves, placed so that none covers another."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pandas as pd

from ui.train.comparison.axes import Axes
from ui.train.comparison.letters import LETTERS

ROOM = 150
"""Pixels to the right of the chart for the names."""

_DISTANCE = 17
"""Pixels between two names."""

_LENGTH = 18


def label_rows(table: pd.DataFrame, titles: Sequence[str], axes: Axes, height: int) -> pd.DataFrame:
    """Two rows for each run in `table`: its last point, and its name at the right edge. A thin line connects them.

    height: pixels of the y axis.
    """
    # The last row of a run is validation where there is any, because the pictures are sorted by name.
    last = table.sort_values(["run", "pictures", "x"]).groupby("run").last().reset_index()
    wanted = [axes.position(point) for point in last["height"]]
    rows = []
    for (_row, point), place in zip(last.iterrows(), spread(wanted, _DISTANCE / height, 0.0, 1.0), strict=True):
        text = f"{point['run']} · {_shortened(titles[LETTERS.index(point['run'])])}"
        common = {"run": point["run"], "pictures": "label"}
        rows.append(common | {"x": point["x"], "height": point["height"]})
        rows.append(common | {"x": axes.right, "height": axes.height(place), "label": text})
    return pd.DataFrame(rows)


def spread(places: Sequence[float], distance: float, low: float, high: float) -> list[float]:
    """Move places as little as needed, so that they keep this distance, stay in order, and lie between low and high.

    Where there is no room for all, the lowest ones go below low.
    """
    order = sorted(range(len(places)), key=lambda at: places[at])
    result = [min(max(place, low), high) for place in places]
    for before, at in pairwise(order):
        result[at] = max(result[at], result[before] + distance)
    top = high
    for at in reversed(order):
        result[at] = min(result[at], top)
        top = result[at] - distance
    return result


def _shortened(text: str) -> str:
    return text if len(text) <= _LENGTH else text[: _LENGTH - 1].rstrip() + "…"

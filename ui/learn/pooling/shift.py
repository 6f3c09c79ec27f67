"""How much of a small shift of the digit is left after pooling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st
from torch import Tensor

from model.language import N_, _
from model.theory.pooling import CHANGED, MapChange, grown_and_shrunk, map_change
from ui.components.pictures import Picture, pictures
from ui.learn.controls import choose
from ui.learn.layout import side_by_side
from ui.learn.pooling.settings import Pooling
from ui.learn.pooling.source import Source
from ui.shared.formatting import percent, short_number

DIRECTIONS = {"right": (1, 0), "left": (-1, 0), "down": (0, 1), "up": (0, -1)}
"""Steps to the right and down."""

_DIRECTION_NAMES = {"right": N_("Right"), "left": N_("Left"), "down": N_("Down"), "up": N_("Up")}
PIXELS = (1, 2, 3, 4)


@dataclass(frozen=True)
class Shift:
    """What a shift of the drawing changes before pooling and after it."""

    before: MapChange
    after: MapChange


def shift(in_place: Tensor, shifted: Tensor, pooling: Pooling) -> Shift:
    """How the maps of the shifted digit differ from those of the digit in its place; both float32 (..., H, W)."""
    return Shift(map_change(in_place, shifted), map_change(pooling(in_place), pooling(shifted)))


@st.fragment
def show_shift(source: Source, pooling: Pooling) -> None:
    """Pictures before and after pooling, the figures of all four directions, and what they mean."""
    direction, pixels = _choose_shift()
    shifted = {
        name: source.maps_after_move(pixels * right, pixels * down) for name, (right, down) in DIRECTIONS.items()
    }
    in_place, moved_map = source.map, shifted[direction][source.chosen]
    before, after = side_by_side("pooling_shift_before", "pooling_shift_after", gap="large")
    with before:
        title = _("Before pooling")
        st.markdown(f"**{title}**")
        _three_pictures(source, in_place, moved_map, "before")
    with after:
        title = _("After pooling")
        st.markdown(f"**{title}**")
        _three_pictures(source, pooling(in_place), pooling(moved_map), "after")
    shifts = {name: shift(in_place, maps[source.chosen], pooling) for name, maps in shifted.items()}
    _table(shifts)
    st.markdown(_meaning(shifts[direction]))
    if len(source.maps) > 1:
        all_maps = shift(source.maps, shifted[direction], pooling)
        st.caption(
            _(
                "Over all {count} maps of the layer the relative change is {before} before pooling and {after} "
                "after it.",
                count=len(source.maps),
                before=_percent(all_maps.before.relative, 0),
                after=_percent(all_maps.after.relative, 0),
            )
        )


def _choose_shift() -> tuple[str, int]:
    """Direction and pixels of the shift that is shown."""
    with st.container(horizontal=True, gap="medium"):
        direction = choose(
            _("The digit moves"),
            tuple(DIRECTIONS),
            key="pooling_direction",
            format_func=lambda direction: _(_DIRECTION_NAMES[direction]),
        )
        pixels = choose(_("By how many pixels"), PIXELS, key="pooling_pixels")
    return direction, pixels


def _three_pictures(source: Source, in_place: Tensor, shifted: Tensor, key: str) -> None:
    """The map in its place, the shifted map, and their difference."""
    up, down = grown_and_shrunk(in_place, shifted)
    pictures(
        [
            source.picture(in_place, _("In place"), _("The map of the digit in its place")),
            source.picture(shifted, _("Moved"), _("The map of the digit after the move")),
            Picture(
                (shifted - in_place).contiguous().numpy(),
                _("Difference"),
                _("What has changed: {up} numbers have grown, {down} have shrunk", up=up, down=down),
                _("{up} up, {down} down", up=up, down=down),
                limit=float(source.maps.abs().max()),
            ),
        ],
        key=f"pooling_shift_{key}_pictures",
        size="7.5rem",
    )


def _table(shifts: dict[str, Shift]) -> None:
    """The figures of all directions, each before and after pooling."""
    st.dataframe(
        pd.DataFrame([_row(_(_DIRECTION_NAMES[name]), each) for name, each in shifts.items()]),
        hide_index=True,
        height="content",
        alt=_("What a move in each direction changes, before and after pooling"),
    )
    st.caption(
        _(
            "Each cell shows the figure before pooling, then after it. Changed: the share of the numbers that differ "
            "by more than {least} of the largest. Relative change: the mean change as a share of the mean number.",
            least=_percent(CHANGED, 0),
        )
    )


def _row(direction: str, move: Shift) -> dict[str, Any]:
    before, after = move.before, move.after
    return {
        _("Move"): direction,
        _("Changed"): _arrow(_percent(before.share), _percent(after.share)),
        _("Mean change"): _arrow(short_number(before.mean, 3), short_number(after.mean, 3)),
        _("Relative change"): _arrow(_percent(before.relative), _percent(after.relative)),
    }


def _arrow(before: str, after: str) -> str:
    return f"{before} \N{RIGHTWARDS ARROW} {after}"


def _meaning(move: Shift) -> str:
    """What the figures of one shift mean for pooling."""
    before, after = move.before.relative, move.after.relative
    figures = {"before": _percent(before), "after": _percent(after)}
    if not move.before.mean:
        return _("Nothing changes: this map is empty.")
    if after < 0.95 * before:
        return _(
            "Compared with the size of the numbers, the move changes {before} before pooling and {after} after it. "
            "Pooling makes the network less sensitive to the exact place of a stroke.",
            **figures,
        )
    if after <= 1.05 * before:
        return _(
            "Compared with the size of the numbers, the move changes about as much before pooling, {before}, as after "
            "it, {after}. Here pooling hardly helps.",
            **figures,
        )
    return _(
        "Compared with the size of the numbers, the move changes {before} before pooling and even {after} after it, "
        "because strokes have crossed the borders of windows. Pooling evens out only moves within a window.",
        **figures,
    )


def _percent(share: float, digits: int = 1) -> str:
    """A share, which can be more than 100%."""
    return percent(share, digits, counted=True)

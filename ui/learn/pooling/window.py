"""A window that slides over a grid of numbers: every number can be changed."""

from __future__ import annotations

import numpy as np
import streamlit as st
import torch
from torch import Tensor

from model.language import _
from ui.components.pooling import sliding_window
from ui.learn.controls import choose
from ui.learn.pooling.settings import Pooling, PoolingState
from ui.shared.number_input import number_grid, set_grid
from ui.shared.state import state_of

SIDES = (4, 6)

_START = {
    4: [[1, 3, 2, 0], [4, 6, 1, 1], [0, 2, 9, 7], [1, 1, 3, 5]],
    6: [
        [0, 1, 8, 9, 2, 0],
        [0, 3, 9, 4, 0, 0],
        [1, 7, 5, 0, 1, 0],
        [2, 9, 6, 8, 3, 0],
        [1, 8, 2, 1, 9, 1],
        [0, 3, 9, 8, 4, 0],
    ],
}


def grid_to_pool(pooling: Pooling) -> Tensor:
    """The window, then the fields for the numbers; returns the numbers, float32 (side, side)."""
    above = st.container()  # the window is shown first, but needs the numbers
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        side = choose(_("Grid"), SIDES, key="pooling_grid_side", default=6, format_func="{0}x{0}".format)
        key = f"pooling_grid_{side}"
        st.button(
            _("Random numbers"), icon=":material/casino:", on_click=_randomize, args=(key, side), key="pooling_random"
        )
        st.button(
            _("Move right"),
            icon=":material/arrow_forward:",
            on_click=_move_right,
            args=(key, side),
            key="pooling_move_right",
            help=_("All columns move one place to the right, and the first column becomes zero"),
        )
    numbers = number_grid(_("Grid to pool"), np.array(_START[side], np.float64), key=key)
    state_of(PoolingState).grid = numbers
    values = torch.from_numpy(numbers.astype(np.float32))
    with above:
        sliding_window(
            values, pooling.kind, pooling.window, pooling.stride, label=_("The grid"), key="pooling_grid_window"
        )
    return values


def _randomize(key: str, side: int) -> None:
    """Callback: random numbers from 0 to 9."""
    set_grid(key, np.random.default_rng().integers(0, 10, (side, side)).astype(np.float64))


def _move_right(key: str, side: int) -> None:
    """Callback: move the numbers that were shown last one place to the right."""
    numbers = state_of(PoolingState).grid
    if numbers is not None and numbers.shape == (side, side):
        set_grid(key, np.pad(numbers, ((0, 0), (1, 0)))[:, :side])

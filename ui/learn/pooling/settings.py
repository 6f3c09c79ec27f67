"""What the student has set in the lesson on pooling: kind, window and stride."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from torch import Tensor

from model.language import N_, _
from model.network.layers import output_size
from model.theory.pooling import PoolingKind, pool
from ui.learn.controls import choose

KINDS: dict[PoolingKind, str] = {"max": N_("Maximum"), "average": N_("Average")}
WINDOWS, STRIDES = (2, 3, 4), (1, 2, 3, 4)


@dataclass
class PoolingState:
    """grid: float64 (side, side), the numbers of the grid that were shown last; None before."""

    grid: NDArray[np.float64] | None = None


@dataclass(frozen=True)
class Pooling:
    """One kind of pooling, with the sides of its window and its stride."""

    kind: PoolingKind
    window: int
    stride: int

    def __call__(self, maps: Tensor) -> Tensor:
        """float32 (..., H, W), pooled; see `model.theory.pooling.pool`."""
        return pool(maps, self.kind, self.window, self.stride)

    def side(self, side: int) -> int:
        """The side of the pooled map, from the side of the map."""
        return output_size(side, self.window, self.stride)


def choose_pooling() -> Pooling:
    """The controls for the whole lesson, in one row."""
    with st.container(horizontal=True, gap="medium", key="pooling_settings"):
        kind = choose(_("What is kept"), tuple(KINDS), key="pooling_kind", format_func=lambda kind: _(KINDS[kind]))
        window = choose(_("Window"), WINDOWS, key="pooling_window", format_func="{0}x{0}".format)
        stride = choose(_("Stride"), STRIDES, key="pooling_stride", default=2)
    return Pooling(kind, window, stride)


def size_formula(side: int, window: int, stride: int) -> str:
    """LaTeX: the side of the pooled map, with the numbers."""
    result = output_size(side, window, stride)
    return (
        r"\left\lfloor \frac{n - w}{s} \right\rfloor + 1 = "
        rf"\left\lfloor \frac{{{side} - {window}}}{{{stride}}} \right\rfloor + 1 = {result}"
    )

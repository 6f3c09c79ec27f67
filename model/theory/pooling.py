"""Pooling: one number for each window of a map, and what a shift of the picture leaves of it.

It is PyTorch's own pooling, without padding, as the network uses it: a window that does not fit is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor

Kind = Literal["max", "average"]

CHANGED = 0.01
"""A number has changed where it differs by more than this share of the largest one: less is not to be seen."""


def output_side(side: int, window: int, stride: int) -> int:
    """Windows along one side of a map: floor((side - window) / stride) + 1.

    Raises ValueError where the window is larger than the map, or window or stride is below 1.
    """
    if window < 1 or stride < 1:
        raise ValueError("Window and stride are 1 or more.")
    if window > side:
        raise ValueError(f"A window of {window} is larger than a map of {side}.")
    return (side - window) // stride + 1


def unseen(side: int, window: int, stride: int) -> int:
    """Rows at the bottom, and columns at the right, that no window reaches. Raises as `output_side` does."""
    return side - window - (output_side(side, window, stride) - 1) * stride


def pool(maps: Tensor, kind: Kind, window: int, stride: int) -> Tensor:
    """float32 (..., H, W) -> float32 (..., H', W'), the sides as `output_side` gives them. Raises as it does."""
    height, width = maps.shape[-2:]
    output_side(min(height, width), window, stride)
    flat = maps.reshape(1, -1, height, width)
    pooled = F.max_pool2d(flat, window, stride) if kind == "max" else F.avg_pool2d(flat, window, stride)
    return pooled.reshape(*maps.shape[:-2], *pooled.shape[-2:])


def window_at(values: Tensor, window: int, stride: int, row: int, column: int) -> Tensor:
    """float32 (window, window): what the window sees of (H, W) when it makes the pooled number (row, column)."""
    top, left = row * stride, column * stride
    return values[top : top + window, left : left + window]


def moved(maps: Tensor, right: int, down: int) -> Tensor:
    """float32 (..., H, W) moved by whole pixels; zeros come in, and what leaves the picture is lost."""
    return F.pad(maps, (right, -right, down, -down))


@dataclass(frozen=True)
class Change:
    """What differs between two maps. share: of the numbers, 0 to 1, as CHANGED counts them.

    mean: absolute difference, over all numbers. relative: that, as a share of the mean absolute number before.
    """

    share: float
    mean: float
    relative: float


def change(before: Tensor, after: Tensor) -> Change:
    """The change between two float32 tensors of one shape, which have at least one number."""
    mean, usual = float((after - before).abs().mean()), float(before.abs().mean())
    share = sum(grown_and_shrunk(before, after)) / before.numel()
    return Change(share, mean, mean / usual if usual else 0.0)


def grown_and_shrunk(before: Tensor, after: Tensor) -> tuple[int, int]:
    """How many of the numbers have grown and how many have shrunk, as CHANGED counts them."""
    least = CHANGED * max(float(before.abs().max()), float(after.abs().max()))
    return int((after - before > least).sum()), int((before - after > least).sum())


def moves_whole(maps: Tensor, kind: Kind, window: int, stride: int, pixels: int) -> bool:
    """Whether a move of (..., H, W) to the right by that many pixels only moves the pooled numbers to other places.

    So it is where the pixels are a multiple of the stride. The places into which something new comes do not count.
    """
    before = pool(maps, kind, window, stride)
    after = pool(moved(maps, pixels, 0), kind, window, stride)
    largest = float(before.abs().max())
    return any(
        bool(torch.allclose(after[..., places:], before[..., : before.shape[-1] - places], atol=1e-4 * largest))
        for places in range(min(pixels, before.shape[-1] - 1) + 1)
    )

"""The lesson on pooling: the pooled map, and how it changes when the picture moves.

PyTorch computes the pooling, without padding, as in the network: rows and columns that fill no window are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor

from model.network.layers import output_size
from model.training.evaluation import shift_images

PoolingKind = Literal["max", "average"]

CHANGED = 0.01
"""A number counts as changed if it differs by more than this share of the largest number; less is not visible."""


def uncovered_count(side: int, window: int, stride: int) -> int:
    """The number of rows at the bottom, or columns at the right, that fill no window. Raises as `output_size` does."""
    return side - window - (output_size(side, window, stride) - 1) * stride


def pool(maps: Tensor, kind: PoolingKind, window: int, stride: int) -> Tensor:
    """float32 (..., H, W) -> float32 (..., H', W'), the sizes as in `output_size`. Raises ValueError as it does."""
    height, width = maps.shape[-2:]
    output_size(min(height, width), window, stride)
    flat = maps.reshape(1, -1, height, width)
    pooled = F.max_pool2d(flat, window, stride) if kind == "max" else F.avg_pool2d(flat, window, stride)
    return pooled.reshape(*maps.shape[:-2], *pooled.shape[-2:])


def window_at(values: Tensor, window: int, stride: int, row: int, column: int) -> Tensor:
    """float32 (window, window): the numbers of (H, W) that make the pooled number in that row and column."""
    top, left = row * stride, column * stride
    return values[top : top + window, left : left + window]


@dataclass(frozen=True)
class MapChange:
    """How two maps differ. share: of the numbers, 0 to 1, how many have changed; see CHANGED.

    mean: the mean absolute difference. relative: `mean` divided by the mean absolute number before.
    """

    share: float
    mean: float
    relative: float


def map_change(before: Tensor, after: Tensor) -> MapChange:
    """How `after` differs from `before`: float32 tensors of one shape with at least one number."""
    mean, usual = float((after - before).abs().mean()), float(before.abs().mean())
    share = sum(grown_and_shrunk(before, after)) / before.numel()
    return MapChange(share, mean, mean / usual if usual else 0.0)


def grown_and_shrunk(before: Tensor, after: Tensor) -> tuple[int, int]:
    """How many of the numbers have grown and how many have shrunk; see CHANGED."""
    least = CHANGED * max(float(before.abs().max()), float(after.abs().max()))
    return int((after - before > least).sum()), int((before - after > least).sum())


def is_equivariant(maps: Tensor, kind: PoolingKind, window: int, stride: int, pixels: int) -> bool:
    """Whether pooling is translation equivariant: a picture moved to the right gives the same pooled numbers, moved.

    This is true if `pixels` is a multiple of the stride. Positions that get new pixels are ignored.
    """
    before = pool(maps, kind, window, stride)
    after = pool(shift_images(maps, pixels, 0), kind, window, stride)
    largest = float(before.abs().max())
    return any(
        bool(torch.allclose(after[..., places:], before[..., : before.shape[-1] - places], atol=1e-4 * largest))
        for places in range(min(pixels, before.shape[-1] - 1) + 1)
    )

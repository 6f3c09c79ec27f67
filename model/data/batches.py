"""How a training set is divided into batches."""

from __future__ import annotations

import torch
from torch import Tensor


def batches(order: Tensor, size: int) -> list[Tensor]:
    """Divide indices, int64 (N,), into batches of `size` (at least 2) in order; the last batch may be smaller.

    A single index at the end joins the batch before it, because batch normalisation needs two pictures for a variance.
    """
    parts = list(torch.split(order, size))
    if len(parts) > 1 and len(parts[-1]) == 1:
        parts[-2:] = [torch.cat(parts[-2:])]
    return parts


def steps_per_epoch(count: int, size: int) -> int:
    """The number of `batches` for a training set of `count` pictures (at least 1): one step of the optimizer each."""
    full, left_over = divmod(count, size)
    return max(1, full + (left_over > 1))

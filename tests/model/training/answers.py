"""Logits and labels for the tests of this folder."""

from __future__ import annotations

import torch
from torch import Tensor

from model.network.layers import CLASSES


def logits_of(*probabilities: dict[int, float]) -> Tensor:
    """Logits whose softmax gives each image these probabilities by digit; the other digits share the rest equally."""
    rows = []
    for known in probabilities:
        rest = (1 - sum(known.values())) / (CLASSES - len(known))
        rows.append([known.get(digit, rest) for digit in range(CLASSES)])
    return torch.tensor(rows, dtype=torch.float64).log().float()


def random_answers(count: int, seed: int) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return (
        torch.randn(count, CLASSES, generator=generator) * 3,
        torch.randint(CLASSES, (count,), generator=generator),
    )


NO_ANSWERS = (torch.zeros(0, CLASSES), torch.zeros(0, dtype=torch.int64))

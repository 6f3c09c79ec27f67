"""Dropout with random numbers of its own."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Dropout(nn.Module):
    """Dropout as `nn.Dropout` computes it, but with a local random generator (Srivastava et al. 2014).

    `nn.Dropout` takes its random numbers from PyTorch's global generator. All threads of a process share that one, so
    the numbers of one training would depend on the others. share: from 0 to below 1, how many of the numbers are set
    to 0 in training mode; the rest is multiplied by 1 / (1 - share). generator: on the CPU. Input on another device
    gets a generator on that device, with the same seed.
    """

    def __init__(self, share: float, generator: torch.Generator) -> None:
        super().__init__()
        self.share = share
        self.generator = generator

    def forward(self, x: Tensor) -> Tensor:
        """Any shape and floating type -> the same shape and type."""
        if not self.training or self.share == 0:
            return x
        if self.generator.device.type != x.device.type:
            self.generator = torch.Generator(x.device).manual_seed(self.generator.initial_seed())
        factors = torch.empty_like(x).bernoulli_(1 - self.share, generator=self.generator).div_(1 - self.share)
        return x * factors

"""Switching hidden units off: one by one, or at random as dropout does in training."""

from __future__ import annotations

import torch
from torch import Tensor

from model.inspection.private_copy import require_evaluation_mode
from model.network.cnn import DigitCNN

MASKS = 500
"""Random masks of which a distribution is made."""


@torch.inference_mode()
def hidden_units(network: DigitCNN, image: Tensor) -> Tensor:
    """float32 (units,): the hidden dense layer's activations for a picture, float32 (28, 28) in [0, 1].

    Raises ValueError for a network in training mode.
    """
    require_evaluation_mode(network)
    return dict(network.stages(image[None, None]))["dense_activation"][0]


@torch.inference_mode()
def answers(network: DigitCNN, units: Tensor, keep: Tensor, scale: float | None = None) -> Tensor:
    """float32 (M, 10): the shares for M masks, bool (M, units), True where a unit speaks.

    scale: what the speaking units are multiplied by. None makes up for the silent ones: units / those that speak, as
    dropout's 1 / (1 - p) does on average; a mask that silences all leaves zeros.
    """
    speaking = keep.float()
    factor = len(units) / speaking.sum(1, keepdim=True).clamp(min=1) if scale is None else scale
    return network.output(units * speaking * factor).softmax(1)  # type: ignore[no-any-return]


def random_masks(units: int, share: float, count: int, seed: int) -> Tensor:
    """bool (count, units): each unit is off with probability `share`, by itself, as in `nn.Dropout`."""
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(count, units, generator=generator) >= share


def thinned_answers(network: DigitCNN, units: Tensor, share: float, seed: int = 0) -> Tensor:
    """float32 (MASKS, 10): the shares of MASKS thinned networks, scaled by 1 / (1 - share) as in training.

    The method: Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from Overfitting" (2014).
    share: from 0 to below 1.
    """
    return answers(network, units, random_masks(len(units), share, MASKS, seed), 1 / (1 - share))

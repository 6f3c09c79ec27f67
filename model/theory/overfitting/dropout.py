"""Dropout: the network's answer with some hidden units switched off, chosen by hand or at random."""

from __future__ import annotations

import torch
from torch import Tensor

from model.inspection.private_copy import require_evaluation_mode
from model.network.cnn import DigitCNN

MASKS = 500
"""The number of random masks in a distribution."""


@torch.inference_mode()
def hidden_activations(network: DigitCNN, image: Tensor) -> Tensor:
    """float32 (units,): the hidden dense layer's activations for a picture, float32 (28, 28) in [0, 1].

    Raises ValueError for a network in training mode.
    """
    require_evaluation_mode(network)
    return network.features(image[None, None])[0]


@torch.inference_mode()
def masked_probabilities(network: DigitCNN, units: Tensor, keep: Tensor, scale: float | None = None) -> Tensor:
    """float32 (M, 10): the probabilities for each of M masks, bool (M, units), True where a unit stays on.

    scale: the factor for the units that are on. None stands for (all units) / (units that are on), which equals
    dropout's 1 / (1 - p) on average. Where all units are off, their values are 0.
    """
    on = keep.float()
    factor = len(units) / on.sum(1, keepdim=True).clamp(min=1) if scale is None else scale
    return network.classify(units * on * factor).softmax(1)


def random_masks(units: int, share: float, count: int, seed: int) -> Tensor:
    """bool (count, units): False with probability `share`, independently for each unit, as in `nn.Dropout`."""
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(count, units, generator=generator) >= share


def dropout_probabilities(network: DigitCNN, units: Tensor, share: float, seed: int = 0) -> Tensor:
    """float32 (MASKS, 10): the probabilities for MASKS random masks, scaled by 1 / (1 - share) as in training.

    Method: Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from Overfitting" (2014).
    share: from 0 to below 1.
    """
    return masked_probabilities(network, units, random_masks(len(units), share, MASKS, seed), 1 / (1 - share))

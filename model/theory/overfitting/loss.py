"""Cross-entropy of one picture, with and without label smoothing."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from model.network.layers import CLASSES


@dataclass(frozen=True)
class Loss:
    """The loss of one picture. probability: of the label, 0 to 1. loss: cross-entropy in nats, -ln(probability).

    smoothed: the cross-entropy against a target that gives `target` to the label and `rest` to each other digit.
    """

    probability: float
    loss: float
    smoothed: float
    target: float
    rest: float


def losses(logits: Tensor, label: int, smoothing: float) -> Loss:
    """The loss of one picture from its logits, (10,), in float64: small probabilities do not become 0.

    smoothing: 0 to 1. This share of the target is spread evenly over all ten digits, as in `F.cross_entropy` (Szegedy
    et al. 2016, "Rethinking the Inception Architecture").
    """
    exact, truth = logits.double()[None], torch.tensor([label])
    loss = float(F.cross_entropy(exact, truth))
    smoothed = float(F.cross_entropy(exact, truth, label_smoothing=smoothing))
    rest = smoothing / CLASSES
    return Loss(math.exp(-loss), loss, smoothed, 1 - smoothing + rest, rest)

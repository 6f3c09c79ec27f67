"""The loss of a network as a curve over one of its weights, and one step of gradient descent along it."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from model.network import DigitCNN


@dataclass(frozen=True)
class OneWeight:
    """The weight from a hidden unit to an output; every other weight stays as it is.

    others: float64 (N, 10), the logits without this weight's part. activations: float64 (N,), what the hidden unit says
    about each picture. output: the output that the weight leads to. labels: int64 (N,). trained: the weight's value.
    """

    others: Tensor
    activations: Tensor
    output: int
    labels: Tensor
    trained: float

    def logits(self, weights: Tensor) -> Tensor:
        """float64 (W,) -> (W, N, 10): the network's answer to each picture with each of these values."""
        part = F.one_hot(torch.tensor(self.output), self.others.shape[1]) * self.activations[:, None]
        return self.others + weights[:, None, None] * part

    def losses(self, weights: Tensor) -> Tensor:
        """float64 (W,) -> (W,): the mean cross-entropy of the pictures, in nats, with each of these values."""
        logits = self.logits(weights)
        every = F.cross_entropy(logits.flatten(0, 1), self.labels.repeat(len(weights)), reduction="none")
        return every.reshape(len(weights), -1).mean(1)

    def loss_and_slope(self, weight: float) -> tuple[float, float]:
        """The loss with this value and its derivative by the weight, from autograd."""
        at = torch.tensor([weight], dtype=torch.float64, requires_grad=True)
        (loss,) = self.losses(at)
        (slope,) = torch.autograd.grad(loss, at)
        return float(loss.detach()), float(slope)

    def step(self, weight: float, rate: float) -> float:
        """The weight after one step of gradient descent: weight - rate * slope."""
        return weight - rate * self.loss_and_slope(weight)[1]


@torch.no_grad()
def one_weight(network: DigitCNN, activations: Tensor, labels: Tensor, unit: int, output: int) -> OneWeight:
    """The weight from hidden unit `unit` to `output`, both from 0, seen by some pictures.

    activations: float32 (N, units), what the hidden layer says about each. labels: int64 (N,), what they show.
    """
    weight, bias = network.output.weight.double().clone(), network.output.bias.double()
    trained = float(weight[output, unit])
    weight[output, unit] = 0
    hidden = activations.double()
    return OneWeight(F.linear(hidden, weight, bias), hidden[:, unit].clone(), output, labels, trained)

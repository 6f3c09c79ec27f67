"""The loss of a network as a curve over one of its weights, and one step of gradient descent along it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import torch
import torch.nn.functional as F
from torch import Tensor

from model.network.cnn import DigitCNN


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

    @cached_property
    def _rivals(self) -> Tensor:
        """float64 (N,): the logarithm of the sum of the exponentials of all other logits, which no value changes."""
        rivals = self.others.clone()
        rivals[:, self.output] = -torch.inf
        return rivals.logsumexp(1)

    def losses(self, weights: Tensor) -> Tensor:
        """float64 (W,) -> (W,): the mean cross-entropy of the pictures, in nats, with each of these values.

        Only one logit of each picture changes, so nine tenths of a softmax is done beforehand.
        """
        moving = self.others[:, self.output] + weights[:, None] * self.activations  # (W, N)
        right = torch.where(self.labels == self.output, moving, self.others.gather(1, self.labels[:, None])[:, 0])
        return (torch.logaddexp(moving, self._rivals) - right).mean(1)

    def share(self, weight: float, digit: int) -> float:
        """The softmax share of a digit for the first picture, with this value."""
        logits = self.others[0].clone()
        logits[self.output] += weight * self.activations[0]
        return float(logits.softmax(0)[digit])

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

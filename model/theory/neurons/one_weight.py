"""The loss as a function of one weight of the network, and one step of gradient descent on it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import torch
import torch.nn.functional as F
from torch import Tensor

from model.network.cnn import DigitCNN


@dataclass(frozen=True)
class OneWeight:
    """The weight from a hidden unit to an output, and N pictures. All other weights keep their values.

    others: float64 (N, 10), the logits without this weight. activations: float64 (N,), the hidden unit's activation for
    each picture. output: the digit of the output. labels: int64 (N,). trained: the weight's trained value.
    """

    others: Tensor
    activations: Tensor
    output: int
    labels: Tensor
    trained: float

    @cached_property
    def _others_log_sum_exp(self) -> Tensor:
        """float64 (N,): the log-sum-exp of the nine other logits, which do not depend on the weight."""
        others = self.others.clone()
        others[:, self.output] = -torch.inf
        return others.logsumexp(1)

    def losses(self, weights: Tensor) -> Tensor:
        """float64 (W,) -> (W,): the mean cross-entropy of the pictures in nats, for each of these values of the weight.

        Only one logit of each picture depends on the weight, so the sum over the nine others is computed once.
        """
        moving = self.others[:, self.output] + weights[:, None] * self.activations  # (W, N)
        right = torch.where(self.labels == self.output, moving, self.others.gather(1, self.labels[:, None])[:, 0])
        return (torch.logaddexp(moving, self._others_log_sum_exp) - right).mean(1)

    def probability(self, weight: float, digit: int) -> float:
        """The probability of a digit for the first picture, 0 to 1, with this value of the weight."""
        logits = self.others[0].clone()
        logits[self.output] += weight * self.activations[0]
        return float(logits.softmax(0)[digit])

    def loss_and_slope(self, weight: float) -> tuple[float, float]:
        """The loss with this value of the weight, and the derivative of the loss by the weight, from autograd."""
        at = torch.tensor([weight], dtype=torch.float64, requires_grad=True)
        (loss,) = self.losses(at)
        (slope,) = torch.autograd.grad(loss, at)
        return float(loss.detach()), float(slope)

    def step(self, weight: float, rate: float) -> float:
        """The weight after one step of gradient descent: weight - rate * slope."""
        return weight - rate * self.loss_and_slope(weight)[1]


@torch.no_grad()
def one_weight(network: DigitCNN, activations: Tensor, labels: Tensor, unit: int, output: int) -> OneWeight:
    """The weight from hidden unit `unit` to `output`, both counted from 0, with N pictures.

    activations: float32 (N, units), the network's `features` of the pictures. labels: int64 (N,).
    """
    weights, bias = network.output.weight.double().clone(), network.output.bias.double()
    trained = float(weights[output, unit])
    weights[output, unit] = 0
    hidden = activations.double()
    return OneWeight(F.linear(hidden, weights, bias), hidden[:, unit].clone(), output, labels, trained)

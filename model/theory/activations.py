"""Activation functions and their derivatives, both by torch, and what is left of a gradient behind many of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from model.language import N_
from model.network.activations import ACTIVATIONS
from model.network.layers import CLASSES, IMAGE_SIZE

NAMES = {
    "relu": N_("ReLU"),
    "leaky_relu": N_("Leaky ReLU"),
    "gelu": N_("GELU"),
    "sigmoid": N_("Sigmoid"),
    "tanh": N_("Tanh"),
    "elu": N_("ELU"),
    "silu": N_("SiLU"),
    "mish": N_("Mish"),
}
"""What the network's activation functions are called, to be translated; those of the lesson come first."""

WIDTH = 64
"""Units of each layer of a `stack_gradients`."""

Weights = Literal["default", "he"]


def function(name: str) -> Callable[[Tensor], Tensor]:
    """The network's own layer of that name, a key of NAMES; "identity" leaves every number as it is."""
    return nn.Identity() if name == "identity" else ACTIVATIONS[name].layer()  # type: ignore[index]


def value_and_derivative(name: str, z: Tensor) -> tuple[Tensor, Tensor]:
    """f(z) and f'(z), of the shape and type of z; the derivative by autograd, which gives ReLU 0 at z = 0."""
    at = z.clone().requires_grad_()
    value = function(name)(at)
    (derivative,) = torch.autograd.grad(value.sum(), at)
    return value.detach(), derivative


def chain(name: str, z: float, layers: int) -> list[float]:
    """The product of 1, 2, ... `layers` derivatives at the same z: what is left of a gradient that passes them."""
    derivative = value_and_derivative(name, torch.tensor(z, dtype=torch.float64))[1]
    return derivative.expand(layers).cumprod(0).tolist()


@dataclass(frozen=True)
class Stack:
    """gradients: the size of the gradient below 1, 2, ... activations, counted from the output, over its size above
    the first; sizes are Euclidean norms. derivatives: the mean of f'(z) over a layer's units, in the same order.
    """

    gradients: list[float]
    derivatives: list[float]


def stack_gradients(name: str, image: Tensor, label: int, layers: int, *, weights: Weights, seed: int) -> Stack:
    """What is left of a real gradient in a stack of dense layers of WIDTH units, each with that activation.

    The picture, float32 (28, 28), goes in; on top stands a layer of ten logits, and the gradient is that of their
    cross-entropy with `label`, by autograd. The weights are random: torch's own default, or normal with a variance of
    2 / inputs and no bias (He et al. 2015). Everything is float64, so that small gradients do not round to nothing.
    """
    generator = torch.Generator().manual_seed(seed)
    act = function(name)
    x = image.double().reshape(1, IMAGE_SIZE**2)
    sums: list[Tensor] = []
    for _layer in range(layers):
        sums.append(_dense(x, WIDTH, weights, generator))
        x = act(sums[-1])
    loss = F.cross_entropy(_dense(x, CLASSES, weights, generator), torch.tensor([label]))
    top, *below = torch.autograd.grad(loss, [x, *reversed(sums)])
    derivatives = [float(value_and_derivative(name, z.detach())[1].mean()) for z in reversed(sums)]
    return Stack([float(gradient.norm() / top.norm()) for gradient in below], derivatives)


def _dense(x: Tensor, units: int, weights: Weights, generator: torch.Generator) -> Tensor:
    """A new layer of random weights, applied to x; as nn.Linear and kaiming_normal_ draw them."""
    inputs = x.shape[1]
    weight, bias = x.new_empty(units, inputs), x.new_zeros(units)
    if weights == "he":
        nn.init.kaiming_normal_(weight, nonlinearity="relu", generator=generator)
    else:
        limit = inputs**-0.5
        nn.init.uniform_(weight, -limit, limit, generator=generator)
        nn.init.uniform_(bias, -limit, limit, generator=generator)
    return F.linear(x, weight.requires_grad_(), bias)


@dataclass(frozen=True)
class Shifted:
    """A map behind its activation. after: of the map's shape. alive: share of its places with a derivative above 0.

    gradient: of the mean of `after` with respect to the bias.
    """

    after: Tensor
    alive: float
    gradient: float


def shifted(name: str, before: Tensor, shift: float) -> Shifted:
    """What a filter gives out, and whether it can still learn, with `shift` added to its bias.

    before: float32 (H, W), the map as it reaches the activation. Each of its places takes part in the gradient of the
    bias, and of every weight of the kernel, with its own derivative as a factor: where all are 0, so are the gradients.
    """
    bias = torch.tensor(shift, dtype=before.dtype, requires_grad=True)
    after = function(name)(before + bias)
    (gradient,) = torch.autograd.grad(after.mean(), bias)
    derivative = value_and_derivative(name, before + shift)[1]
    return Shifted(after.detach(), float((derivative > 0).float().mean()), float(gradient))

"""The lesson on activation functions: their derivatives, and how gradients shrink in a stack of layers.

PyTorch computes the functions, and autograd the derivatives.
"""

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
"""The name of each activation function, to be translated. Those that the lesson compares come first."""

WIDTH = 64
"""The number of units of each layer in `stack_gradients`."""

Weights = Literal["default", "he"]


def activation_function(name: str) -> Callable[[Tensor], Tensor]:
    """The activation function of that name, a key of NAMES; "identity" returns its input."""
    return nn.Identity() if name == "identity" else ACTIVATIONS[name].layer()  # type: ignore[index]


def value_and_derivative(name: str, z: Tensor) -> tuple[Tensor, Tensor]:
    """f(z) and f'(z) for each number of z, floating point of any shape. For ReLU, autograd gives 0 at z = 0."""
    at = z.clone().requires_grad_()
    value = activation_function(name)(at)
    (derivative,) = torch.autograd.grad(value.sum(), at)
    return value.detach(), derivative


def derivative_products(name: str, z: float, layers: int) -> list[float]:
    """The products of 1, 2, ... `layers` derivatives at the same z, as in a gradient through that many layers."""
    derivative = value_and_derivative(name, torch.tensor(z, dtype=torch.float64))[1]
    return derivative.expand(layers).cumprod(0).tolist()


@dataclass(frozen=True)
class StackGradients:
    """Gradients in a stack of layers, counted from the output.

    gradients: the norm of the gradient after it has passed 1, 2, ... activations backwards, divided by its norm before
    the first; Euclidean norms. derivatives: the mean of f'(z) over the units of each layer.
    """

    gradients: list[float]
    derivatives: list[float]


def stack_gradients(
    name: str, image: Tensor, label: int, layers: int, *, weights: Weights, seed: int
) -> StackGradients:
    """How a gradient changes in a stack of `layers` dense layers of WIDTH units, each with the activation `name`.

    image: float32 (28, 28), the input. A layer of ten logits is the output, and the gradient is that of the
    cross-entropy with `label`. weights: random weights of the seed, "default" as in PyTorch, "he" normal with variance
    2 / inputs and without bias (He et al. 2015). All numbers are float64, so that small gradients do not become 0.
    """
    generator = torch.Generator().manual_seed(seed)
    act = activation_function(name)
    x = image.double().reshape(1, IMAGE_SIZE**2)
    sums: list[Tensor] = []
    for _layer in range(layers):
        sums.append(_dense(x, WIDTH, weights, generator))
        x = act(sums[-1])
    loss = F.cross_entropy(_dense(x, CLASSES, weights, generator), torch.tensor([label]))
    top, *below = torch.autograd.grad(loss, [x, *reversed(sums)])
    derivatives = [float(value_and_derivative(name, z.detach())[1].mean()) for z in reversed(sums)]
    return StackGradients([float(gradient.norm() / top.norm()) for gradient in below], derivatives)


def _dense(x: Tensor, units: int, weights: Weights, generator: torch.Generator) -> Tensor:
    """x after a dense layer with random weights, drawn as `nn.Linear` or `kaiming_normal_` draws them."""
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
class ShiftedMap:
    """A feature map after its activation. after: (H, W). alive: the share of numbers with a derivative above 0.

    gradient: the derivative of the mean of `after` by the bias.
    """

    after: Tensor
    alive: float
    gradient: float


def shift_bias(name: str, before: Tensor, shift: float) -> ShiftedMap:
    """The activation map of a filter, and whether it can still learn, when `shift` is added to its bias.

    before: float32 (H, W), the map before the activation. The gradients of the bias and of the kernel are sums over the
    map, and each term has the derivative of the activation as a factor. If all derivatives are 0, so are the gradients.
    """
    bias = torch.tensor(shift, dtype=before.dtype, requires_grad=True)
    after = activation_function(name)(before + bias)
    (gradient,) = torch.autograd.grad(after.mean(), bias)
    derivative = value_and_derivative(name, before + shift)[1]
    return ShiftedMap(after.detach(), float((derivative > 0).float().mean()), float(gradient))

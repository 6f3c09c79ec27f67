"""The activation functions of the network: the layer and the shape of the curve of each one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

from torch import nn

Activation = Literal["relu", "leaky_relu", "elu", "gelu", "silu", "mish", "sigmoid", "tanh"]
"""The names of the activation functions in the settings."""


class ActivationFunction(NamedTuple):
    """One activation function.

    layer: creates its layer. monotone: the function never falls. curved: the function is not piecewise linear, so each
    value needs an exponential function.
    """

    layer: Callable[[], nn.Module]
    monotone: bool
    curved: bool


ACTIVATIONS: dict[Activation, ActivationFunction] = {
    "relu": ActivationFunction(nn.ReLU, monotone=True, curved=False),
    "leaky_relu": ActivationFunction(nn.LeakyReLU, monotone=True, curved=False),
    "elu": ActivationFunction(nn.ELU, monotone=True, curved=True),
    "gelu": ActivationFunction(nn.GELU, monotone=False, curved=True),
    "silu": ActivationFunction(nn.SiLU, monotone=False, curved=True),
    "mish": ActivationFunction(nn.Mish, monotone=False, curved=True),
    "sigmoid": ActivationFunction(nn.Sigmoid, monotone=True, curved=True),
    "tanh": ActivationFunction(nn.Tanh, monotone=True, curved=True),
}
"""Every activation function by its name in the settings."""

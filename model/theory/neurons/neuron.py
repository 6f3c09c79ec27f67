"""One neuron: inputs times weights, plus a bias, through an activation."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from model.theory.activations import function


@dataclass(frozen=True)
class Neuron:
    """The parts of one answer. products: (inputs,), each input times its weight. z: their sum plus the bias.

    output: the activation of z. Activation functions go by their names in `model.theory.activations.NAMES`, and
    "identity" does nothing.
    """

    products: Tensor
    z: float
    output: float


def neuron(inputs: Tensor, weights: Tensor, bias: float, activation: str) -> Neuron:
    """What a neuron makes of its inputs; inputs and weights are of the same shape, (inputs,)."""
    products = inputs * weights
    z = products.sum() + bias
    return Neuron(products, float(z), float(function(activation)(z)))

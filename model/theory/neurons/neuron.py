"""One neuron: the sum of inputs times weights, plus a bias, and then an activation function."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from model.theory.activations import activation_function


@dataclass(frozen=True)
class Neuron:
    """The steps of the computation. products: (inputs,), each input times its weight. z: their sum plus the bias.

    output: the activation function of z.
    """

    products: Tensor
    z: float
    output: float


def neuron(inputs: Tensor, weights: Tensor, bias: float, activation: str) -> Neuron:
    """Compute a neuron. inputs, weights: (inputs,). activation: a key of `activations.NAMES`, or "identity"."""
    products = inputs * weights
    z = products.sum() + bias
    return Neuron(products, float(z), float(activation_function(activation)(z)))

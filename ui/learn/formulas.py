"""Formulas as LaTeX with the present numbers in them; they need no translation."""

from __future__ import annotations

from collections.abc import Sequence

from torch import nn

from ui.shared.formatting import short_number

_LEAK = nn.LeakyReLU().negative_slope

ACTIVATION = {
    "relu": r"\max(0,\, z)",
    "leaky_relu": rf"\max({_LEAK:g}\,z,\, z)",
    "gelu": r"z\,\Phi(z)",
    "sigmoid": r"\frac{1}{1+e^{-z}}",
    "tanh": r"\tanh z",
    "elu": r"z \text{ if } z>0,\ e^z-1 \text{ else}",
    "silu": r"\frac{z}{1+e^{-z}}",
    "mish": r"z\tanh(\ln(1+e^z))",
    "identity": "z",
}
"""Each activation function as a formula of z."""


def tex(value: float) -> str:
    """A number for a formula: 0.25, -1{,}000, 2.5 \\cdot 10^{-7}."""
    mantissa, e, exponent = short_number(value).partition("e")
    power = rf" \cdot 10^{{{int(exponent)}}}" if e else ""
    return mantissa.replace(",", "{,}") + power


def factor(value: float) -> str:
    """A number to multiply with: like `tex`, in brackets if it is negative."""
    return f"({tex(value)})" if value < 0 else tex(value)


def plus(value: float) -> str:
    """A number to add: + 3, or - 3."""
    return f"- {tex(-value)}" if value < 0 else f"+ {tex(value)}"


def products(inputs: Sequence[float], weights: Sequence[float]) -> str:
    """Inputs times weights, added up."""
    return " + ".join(rf"{factor(x)} \cdot {factor(w)}" for x, w in zip(inputs, weights, strict=True))


def parameters(units: int, inputs: int, outputs: int, total: int) -> str:
    """The parameters of two dense layers: each unit has a weight for each input, and a bias."""
    hidden, last = (inputs + 1) * units, (units + 1) * outputs
    return rf"({inputs} + 1) \cdot {units} + ({units} + 1) \cdot {outputs} = {tex(hidden)} + {tex(last)} = {tex(total)}"

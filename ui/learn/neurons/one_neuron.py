"""One neuron: every number in it can be changed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st
import torch
from torch import Tensor

from model.language import N_, _
from model.theory.activations import NAMES, activation_function
from model.theory.neurons.neuron import Neuron, neuron
from ui.components.neuron import neuron_diagram
from ui.learn.controls import choose
from ui.learn.formulas import ACTIVATION, plus, products, tex
from ui.learn.layout import side_by_side
from ui.shared.formatting import short_number
from ui.shared.number_input import number_field, number_grid

COUNTS = (2, 3, 4)
"""Numbers of inputs."""

ACTIVATION_NAMES = {
    **{name: NAMES[name] for name in ("relu", "leaky_relu", "gelu", "sigmoid", "tanh")},
    "identity": N_("None"),
}
"""The activations to choose from, by their names in `model.theory`."""

_START = np.array([[1.0, 0.8], [0.5, -1.2], [-1.0, -0.6], [2.0, 0.3]])
_BIAS = 0.5
_REACH = 4.0
_POINTS = 121


@dataclass(frozen=True)
class OneNeuron:
    """inputs, weights: float64 (inputs,). They, the bias and the activation are the student's. result: z and output."""

    inputs: Tensor
    weights: Tensor
    bias: float
    activation: str
    result: Neuron


def one_neuron() -> OneNeuron:
    """The fields on the left, the neuron with these numbers on the right, the formulas below."""
    fields, drawing = side_by_side(230, "neurons_diagram")
    with fields:
        count = choose(_("Inputs"), COUNTS, key="neurons_inputs", default=3)
        with st.container(horizontal=True, gap="xxsmall", width="content"):
            for heading in (_("Input x"), _("Weight w")):
                st.caption(heading, width=74)
        numbers = number_grid(_("Inputs and weights"), _START[:count], key="neurons_numbers")
        bias = number_field(_("Bias b"), _BIAS, key="neurons_bias", width=152)
    activation = choose(
        _("Activation"),
        list(ACTIVATION_NAMES),
        key="neurons_activation",
        format_func=lambda name: _(ACTIVATION_NAMES[name]),
    )
    inputs, weights = torch.from_numpy(numbers).T
    result = neuron(inputs, weights, bias, activation)
    with drawing:
        neuron_diagram(
            inputs.tolist(),
            weights.tolist(),
            bias,
            result,
            activation=_(ACTIVATION_NAMES[activation]),
            curve=_curve(activation, result.z),
            number_text=short_number,
            key="neurons_one",
        )
    st.latex(_sum_formula(inputs, weights, bias, result.z))
    st.latex(rf"f(z) = {ACTIVATION[activation]} \qquad f({tex(result.z)}) = {tex(result.output)}")
    return OneNeuron(inputs, weights, bias, activation, result)


def _sum_formula(inputs: Tensor, weights: Tensor, bias: float, z: float) -> str:
    """LaTeX: the sum z with symbols, and with the numbers."""
    terms = " + ".join(rf"x_{n} w_{n}" for n in range(1, len(inputs) + 1))
    worked = rf"{products(inputs.tolist(), weights.tolist())} {plus(bias)} = {tex(z)}"
    return rf"\begin{{aligned}} z &= {terms} + b \\ &= {worked} \end{{aligned}}"


def _curve(activation: str, z: float) -> list[tuple[float, float]]:
    """Points of the activation around 0, on a range that includes z."""
    reach = max(_REACH, 1.15 * abs(z))
    at = torch.linspace(-reach, reach, _POINTS, dtype=torch.float64)
    return list(zip(at.tolist(), activation_function(activation)(at).tolist(), strict=True))

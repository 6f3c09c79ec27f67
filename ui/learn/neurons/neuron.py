"""One neuron whose every number can be typed over."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st
import torch

from model.language import N_, _
from model.theory.activations import NAMES, function
from model.theory.neurons.neuron import Neuron, neuron
from ui.components.neuron import neuron_diagram
from ui.learn.choice import choose
from ui.learn.formulas import ACTIVATION, plus, products, tex
from ui.shared.number_input import number_field, number_grid

COUNTS = (2, 3, 4)
BENDS = {**{name: NAMES[name] for name in ("relu", "leaky_relu", "gelu", "sigmoid", "tanh")}, "identity": N_("None")}
"""What may follow the sum, by the names that `model.theory` knows."""

_START = np.array([[1.0, 0.8], [0.5, -1.2], [-1.0, -0.6], [2.0, 0.3]])
_BIAS = 0.5
_REACH = 4.0
_POINTS = 121


@dataclass(frozen=True)
class OneNeuron:
    """inputs and weights: float64 (inputs,); these, bias and activation are the student's. parts: what they give."""

    inputs: torch.Tensor
    weights: torch.Tensor
    bias: float
    activation: str
    parts: Neuron


def one_neuron() -> OneNeuron:
    """The fields on the left, the neuron with these numbers on the right, the formula below."""
    with st.container(horizontal=True, gap="medium"):
        fields, drawing = st.container(width=230), st.container(key="neurons_diagram")
    with fields:
        count = choose(_("Inputs"), COUNTS, key="neurons_inputs", default=3)
        with st.container(horizontal=True, gap="xxsmall", width="content"):
            for heading in (_("Input x"), _("Weight w")):
                st.caption(heading, width=74)
        numbers = number_grid(_("Inputs and weights"), _START[:count], key="neurons_numbers")
        bias = number_field(_("Bias b"), _BIAS, key="neurons_bias", width=152)
    activation = choose(_("Activation"), list(BENDS), key="neurons_activation", written=lambda name: _(BENDS[name]))
    inputs, weights = torch.from_numpy(numbers).T
    made = OneNeuron(inputs, weights, bias, activation, neuron(inputs, weights, bias, activation))
    with drawing:
        neuron_diagram(
            inputs.tolist(),
            weights.tolist(),
            bias,
            made.parts,
            activation=_(BENDS[activation]),
            curve=_curve(activation, made.parts.z),
            key="neurons_one",
        )
    st.latex(sum_formula(made))
    st.latex(rf"f(z) = {ACTIVATION[activation]} \qquad f({tex(made.parts.z)}) = {tex(made.parts.output)}")
    return made


def sum_formula(made: OneNeuron) -> str:
    """How the sum comes about, with the numbers filled in."""
    terms = " + ".join(rf"x_{n} w_{n}" for n in range(1, len(made.inputs) + 1))
    filled = products(made.inputs.tolist(), made.weights.tolist())
    worked = rf"{filled} {plus(made.bias)} = {tex(made.parts.z)}"
    return rf"\begin{{aligned}} z &= {terms} + b \\ &= {worked} \end{{aligned}}"


def _curve(activation: str, z: float) -> list[tuple[float, float]]:
    """The activation around 0, far enough to both sides for z to be on it."""
    reach = max(_REACH, 1.15 * abs(z))
    at = torch.linspace(-reach, reach, _POINTS, dtype=torch.float64)
    return list(zip(at.tolist(), function(activation)(at).tolist(), strict=True))

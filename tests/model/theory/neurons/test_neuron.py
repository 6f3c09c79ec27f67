"""One neuron against a layer of PyTorch."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from model.theory.activations import NAMES, activation_function
from model.theory.neurons.neuron import neuron

NUMBERS = st.floats(-1000, 1000, width=32)


@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=2, max_size=4), NUMBERS, st.sampled_from([*NAMES, "identity"]))
def test_a_neuron_is_a_linear_layer_of_one_unit_with_its_activation(
    pairs: list[tuple[float, float]], bias: float, activation: str
) -> None:
    inputs, weights = torch.tensor(pairs, dtype=torch.float64).T
    layer = nn.Linear(len(pairs), 1, dtype=torch.float64)
    with torch.no_grad():
        layer.weight.copy_(weights[None])
        layer.bias.fill_(bias)
        z = layer(inputs)
        output = activation_function(activation)(z)
    parts = neuron(inputs, weights, bias, activation)
    assert parts.products.tolist() == [x * w for x, w in pairs]
    assert parts.z == pytest.approx(float(z), abs=1e-6)
    assert parts.output == pytest.approx(float(output), abs=1e-6)

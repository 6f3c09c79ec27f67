"""The small dense network of the first lesson."""

from __future__ import annotations

import pytest
import torch

from model.data.datasets import DataSet, to_float
from model.theory.neurons.dense import UNITS, Dense, architecture
from model.training.evaluation import evaluate


def test_it_has_learned_the_digits_and_has_its_accuracy(dense: Dense, digits: DataSet) -> None:
    assert dense.accuracy > 0.95
    assert dense.accuracy == evaluate(dense.network, digits.test).accuracy
    assert dense.tested == len(digits.test)
    assert not dense.network.training


def test_its_parameters_are_weights_and_biases_of_two_layers() -> None:
    for units in UNITS:
        assert architecture(units).parameters == (784 + 1) * units + (units + 1) * 10


def test_a_hidden_unit_is_a_neuron_with_784_inputs(dense: Dense, digits: DataSet) -> None:
    image = to_float(digits.test.images)[0, 0]
    told = dense.activations(image)
    for unit in range(dense.units):
        parts = dense.hidden_unit(unit, image)
        assert parts.products.shape == (784,)
        assert parts.output == pytest.approx(float(told[unit]), abs=1e-5)
    with torch.no_grad():
        torch.testing.assert_close(dense.logits(image), dense.network(image[None, None])[0])
    torch.testing.assert_close(dense.weight_pictures[3].flatten(), dense.network.dense.weight[3].detach())

"""The small dense network of the first lesson, and the loss over one of its weights."""

from __future__ import annotations

import copy

import pytest
import torch
import torch.nn.functional as F

from model.data.datasets import DataSet, to_float
from model.theory.neurons.dense import UNITS, Dense, architecture, train_dense
from model.theory.neurons.one_weight import one_weight
from model.training.evaluation import evaluate


@pytest.fixture(scope="module")
def dense(digits: DataSet) -> Dense:
    work = train_dense(16, digits)
    shares = []
    while True:
        try:
            shares.append(next(work))
        except StopIteration as end:
            assert shares == sorted(shares)
            assert shares[-1] == 1
            return end.value


def test_it_has_really_learned_and_says_how_well(dense: Dense, digits: DataSet) -> None:
    assert dense.accuracy > 0.95
    assert dense.accuracy == evaluate(dense.network, digits.test).accuracy
    assert dense.tested == len(digits.test)
    assert not dense.network.training


@pytest.mark.parametrize("units", UNITS)
def test_its_parameters_are_weights_and_biases_of_two_layers(units: int) -> None:
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


def test_the_curve_is_the_loss_of_the_network_with_that_weight(dense: Dense) -> None:
    pictures = dense.training[torch.arange(50)]
    hidden = dense.all_activations()[:50]
    one = one_weight(dense.network, hidden, pictures.labels, unit=2, output=7)
    assert one.trained == float(dense.network.output.weight[7, 2])
    image = to_float(pictures.images)[0]
    share = dense.network(image[None])[0].softmax(0)[3]
    assert one.share(one.trained, 3) == pytest.approx(float(share), abs=1e-6)
    network = copy.deepcopy(dense.network).requires_grad_()
    values = torch.tensor([one.trained, -1.5, 0.0, 4.0], dtype=torch.float64)
    losses = one.losses(values)
    for value, loss in zip(values.tolist(), losses.tolist(), strict=True):
        with torch.no_grad():
            network.output.weight[7, 2] = value
        plain = F.cross_entropy(network(to_float(pictures.images)), pictures.labels)
        assert loss == pytest.approx(plain.item(), abs=1e-5)
        network.zero_grad()
        plain.backward()
        assert network.output.weight.grad is not None
        assert one.loss_and_slope(value) == pytest.approx(
            (plain.item(), float(network.output.weight.grad[7, 2])), abs=1e-5
        )


def test_steps_lead_a_forgotten_weight_back_and_the_network_stays_as_it_was(dense: Dense) -> None:
    before = copy.deepcopy(dense.network.state_dict())
    one = one_weight(dense.network, dense.all_activations(), dense.training.labels, unit=0, output=0)
    weight, losses = one.trained + 1.0, []
    for _ in range(30):
        losses.append(one.loss_and_slope(weight)[0])
        weight = one.step(weight, 2.0)
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] < losses[0]
    assert one.step(weight, 0.0) == weight
    assert all(torch.equal(before[name], value) for name, value in dense.network.state_dict().items())


def test_a_silent_unit_gives_its_weight_no_gradient(dense: Dense) -> None:
    silent = torch.ones(1, dense.units)
    silent[0, 5] = 0
    one = one_weight(dense.network, silent, torch.tensor([3]), unit=5, output=3)
    assert one.loss_and_slope(0.7)[1] == 0
    assert one.step(0.7, 1000.0) == 0.7

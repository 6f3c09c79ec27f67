"""The loss as a function of one weight, against the network and autograd."""

from __future__ import annotations

import copy

import pytest
import torch
import torch.nn.functional as F

from model.data.datasets import to_float
from model.theory.neurons.dense import Dense
from model.theory.neurons.one_weight import one_weight


def test_the_losses_are_those_of_the_network_with_that_weight(dense: Dense) -> None:
    pictures = dense.training[torch.arange(50)]
    hidden = dense.all_activations()[:50]
    one = one_weight(dense.network, hidden, pictures.labels, unit=2, output=7)
    assert one.trained == float(dense.network.output.weight[7, 2])
    image = to_float(pictures.images)[0]
    share = dense.network(image[None])[0].softmax(0)[3]
    assert one.probability(one.trained, 3) == pytest.approx(float(share), abs=1e-6)
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


def test_steps_lower_the_loss_and_leave_the_network_unchanged(dense: Dense) -> None:
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


def test_the_weight_of_a_unit_that_is_always_0_has_no_gradient(dense: Dense) -> None:
    silent = torch.ones(1, dense.units)
    silent[0, 5] = 0
    one = one_weight(dense.network, silent, torch.tensor([3]), unit=5, output=3)
    assert one.loss_and_slope(0.7)[1] == 0
    assert one.step(0.7, 1000.0) == 0.7

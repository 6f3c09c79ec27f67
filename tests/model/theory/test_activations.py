"""Values and derivatives of activation functions, gradients in a stack of layers, and dead maps."""

from __future__ import annotations

import math

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn

from model.network.activations import ACTIVATIONS
from model.theory.activations import (
    NAMES,
    WIDTH,
    activation_function,
    derivative_products,
    shift_bias,
    stack_gradients,
    value_and_derivative,
)

TORCH = {
    "relu": F.relu,
    "leaky_relu": F.leaky_relu,
    "elu": F.elu,
    "gelu": F.gelu,
    "silu": F.silu,
    "mish": F.mish,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
}


def test_every_function_of_the_network_has_a_name() -> None:
    assert set(NAMES) == set(ACTIVATIONS) == set(TORCH)


@pytest.mark.parametrize("name", NAMES)
def test_value_and_slope_are_those_of_the_curve(name: str) -> None:
    z = torch.linspace(-6.03, 6.01, 99, dtype=torch.float64)  # none of them is 0, where some have no slope
    value, derivative = value_and_derivative(name, z)
    torch.testing.assert_close(value, TORCH[name](z))
    step = 1e-6
    rise = (TORCH[name](z + step) - TORCH[name](z - step)) / (2 * step)
    torch.testing.assert_close(derivative, rise, atol=1e-6, rtol=1e-6)
    assert not z.requires_grad


def test_known_derivatives() -> None:
    zero = torch.zeros(1, dtype=torch.float64)
    assert {name: float(value_and_derivative(name, zero)[1]) for name in ("relu", "sigmoid", "tanh", "gelu")} == {
        "relu": 0,
        "sigmoid": 0.25,
        "tanh": 1,
        "gelu": 0.5,
    }
    assert float(activation_function("identity")(torch.tensor(-3.5))) == -3.5


@given(st.sampled_from(list(NAMES)), st.floats(-8, 8), st.integers(1, 10))
def test_derivative_products_are_powers_of_the_derivative(name: str, z: float, layers: int) -> None:
    x = torch.tensor(z, dtype=torch.float64)
    once = float(value_and_derivative(name, x)[1])
    assert derivative_products(name, z, layers) == pytest.approx([once**n for n in range(1, layers + 1)])


class _Stack(nn.Module):
    """The same stack as a module of torch."""

    def __init__(self, name: str, layers: int) -> None:
        super().__init__()
        sizes = [784, *[WIDTH] * layers]
        self.hidden = nn.ModuleList(nn.Linear(sizes[at], sizes[at + 1]) for at in range(layers))
        self.out = nn.Linear(WIDTH, 10)
        self.act = TORCH[name]

    def forward(self, x: Tensor) -> tuple[Tensor, list[Tensor], Tensor]:
        sums = []
        for layer in self.hidden:
            sums.append(layer(x))
            x = self.act(sums[-1])
        return self.out(x), sums, x


@pytest.mark.parametrize("name", ["relu", "sigmoid", "gelu"])
def test_the_gradients_are_those_of_a_stack_made_by_pytorch(name: str) -> None:
    """Other random weights, so the sizes agree on the average over many stacks, by a factor."""
    image, label = torch.rand(28, 28, generator=torch.Generator().manual_seed(1)), 3
    theirs = []
    for seed in range(40):
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            network = _Stack(name, 4).double()
        logits, sums, top = network(image.double().reshape(1, 784))
        loss = F.cross_entropy(logits, torch.tensor([label]))
        above, *gradients = torch.autograd.grad(loss, [top, *reversed(sums)])
        theirs.append([float(gradient.norm() / above.norm()) for gradient in gradients])
    ours = [stack_gradients(name, image, label, 4, weights="default", seed=seed).gradients for seed in range(40)]
    torch.testing.assert_close(torch.tensor(ours).log().mean(0), torch.tensor(theirs).log().mean(0), atol=0.15, rtol=0)


def test_he_weights_keep_the_gradient_of_relu_and_sigmoid_loses_it() -> None:
    image = torch.rand(28, 28, generator=torch.Generator().manual_seed(1))
    relu = stack_gradients("relu", image, 3, 10, weights="he", seed=0)
    sigmoid = stack_gradients("sigmoid", image, 3, 10, weights="he", seed=0)
    assert len(relu.gradients) == len(relu.derivatives) == 10
    assert 0.05 < relu.gradients[-1] < 5
    assert 0 < sigmoid.gradients[-1] < 1e-4
    assert all(0 <= mean <= 0.25 for mean in sigmoid.derivatives)
    assert stack_gradients("relu", image, 3, 10, weights="he", seed=0) == relu
    assert stack_gradients("relu", image, 3, 10, weights="he", seed=1) != relu


def test_a_dead_map_has_no_gradient_and_a_leaky_one_has() -> None:
    before = torch.tensor([[-2.0, -1.0], [0.5, 1.5]])
    alive = shift_bias("relu", before, 0.0)
    assert alive.after.tolist() == [[0, 0], [0.5, 1.5]]
    assert (alive.alive, alive.gradient) == (0.5, 0.5)
    dead = shift_bias("relu", before, -1.5)
    assert float(dead.after.abs().max()) == 0
    assert (dead.alive, dead.gradient) == (0, 0)
    leaky = shift_bias("leaky_relu", before, -3.0)
    assert (leaky.alive, leaky.gradient) == (1, pytest.approx(0.01))
    assert shift_bias("sigmoid", before, 0.7).gradient == pytest.approx(
        sum(_sigmoid_slope(z + 0.7) for z in (-2, -1, 0.5, 1.5)) / 4
    )


def _sigmoid_slope(z: float) -> float:
    share = 1 / (1 + math.exp(-z))
    return share * (1 - share)

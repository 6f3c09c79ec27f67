"""Hidden units switched off, against the network itself and against PyTorch's dropout."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F

from model.network.cnn import DigitCNN
from model.network.config import ModelConfig
from model.theory.overfitting.dropout import (
    MASKS,
    dropout_probabilities,
    hidden_activations,
    masked_probabilities,
    random_masks,
)

IMAGE = torch.rand(28, 28, generator=torch.Generator().manual_seed(1))


@pytest.fixture(scope="module")
def network() -> DigitCNN:
    return DigitCNN(ModelConfig(filters=(4,), dense_units=12, dropout=0.5)).eval()


def test_with_all_units_on_it_is_the_answer_of_the_network(network: DigitCNN) -> None:
    units = hidden_activations(network, IMAGE)
    assert units.shape == (12,)
    shares = masked_probabilities(network, units, torch.ones(1, 12, dtype=torch.bool))
    assert torch.allclose(shares, network(IMAGE[None, None]).softmax(1), atol=1e-6)


def test_units_that_are_off_give_zero_and_the_others_are_scaled(network: DigitCNN) -> None:
    units = hidden_activations(network, IMAGE)
    keep = torch.ones(2, 12, dtype=torch.bool)
    keep[0, [1, 5, 7]] = False
    keep[1] = False
    shares = masked_probabilities(network, units, keep)
    left = units.clone()
    left[[1, 5, 7]] = 0
    assert torch.allclose(shares[0], network.output(left * 12 / 9).softmax(0), atol=1e-6)
    assert torch.allclose(shares[1], network.output.bias.softmax(0), atol=1e-6)
    assert torch.allclose(
        masked_probabilities(network, units, keep, 1.0)[0], network.output(left).softmax(0), atol=1e-6
    )


def test_many_masks_vary_as_much_as_pytorchs_dropout(network: DigitCNN) -> None:
    units = hidden_activations(network, IMAGE)
    found = dropout_probabilities(network, units, 0.5)
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        torch.manual_seed(3)
        dropped = F.dropout(units.expand(4 * MASKS, -1), 0.5, training=True)
        torchs = network.output(dropped).softmax(1)
    assert found.shape == (MASKS, 10)
    assert torch.allclose(found.mean(0), torchs.mean(0), atol=0.01)
    assert torch.allclose(found.std(0), torchs.std(0), atol=0.01)


def test_without_dropout_the_answer_stays_the_same(network: DigitCNN) -> None:
    units = hidden_activations(network, IMAGE)
    found = dropout_probabilities(network, units, 0.0)
    assert torch.allclose(found, network(IMAGE[None, None]).softmax(1).expand(MASKS, -1), atol=1e-6)


def test_masks_switch_off_the_share_and_depend_on_the_seed_only() -> None:
    masks = random_masks(64, 0.3, 500, 0)
    assert float((~masks).float().mean()) == pytest.approx(0.3, abs=0.01)
    assert torch.equal(masks, random_masks(64, 0.3, 500, 0))
    assert not torch.equal(masks, random_masks(64, 0.3, 500, 1))


def test_a_network_in_training_mode_is_refused(network: DigitCNN) -> None:
    with pytest.raises(ValueError, match="evaluation mode"):
        hidden_activations(DigitCNN(ModelConfig(filters=(), dense_units=2)), IMAGE)

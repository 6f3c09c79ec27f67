"""A private copy gives the same logits. It shares only the memory of the weights with the original."""

from __future__ import annotations

import pytest
import torch

from model.inspection.private_copy import private_copy, require_evaluation_mode
from tests.model.inspection.helpers import FULL, as_batch, assert_unchanged, frozen_network, random_image, state_of


def test_the_copy_gives_the_same_logits_and_has_modules_of_its_own() -> None:
    network, x = frozen_network(FULL), as_batch(random_image())
    expected = network(x)
    network.train().requires_grad_(True)
    before = state_of(network)
    private = private_copy(network)
    # The copy's kernels lie channels last, where convolutions round differently.
    torch.testing.assert_close(private(x), expected, rtol=1e-4, atol=1e-5)
    assert not private.training
    assert not any(parameter.requires_grad for parameter in private.parameters())
    assert not set(map(id, private.parameters())) & set(map(id, network.parameters()))
    assert not set(map(id, private.modules())) & set(map(id, network.modules()))
    assert_unchanged(network, before)


def test_a_copy_uses_no_global_random_numbers() -> None:
    network = frozen_network(FULL)
    state = torch.random.get_rng_state()
    private_copy(network)
    assert torch.equal(torch.random.get_rng_state(), state)


def test_a_network_in_training_mode_is_refused() -> None:
    network = frozen_network(FULL)
    require_evaluation_mode(network)
    with pytest.raises(ValueError, match="evaluation mode"):
        require_evaluation_mode(network.train())

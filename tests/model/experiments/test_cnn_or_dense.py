"""The experiment with a CNN and a dense network."""

from __future__ import annotations

import pytest

from model.experiments.cnn_or_dense import Comparison, find, variants
from model.experiments.experiment import Outcome
from model.network.config import ModelConfig
from tests.model.experiments.outcomes import outcome

STABLE, FALLING = outcome(0.99, shifted=[0.99, 0.9]), outcome(0.96, shifted=[0.96, 0.3])


def test_the_dense_network_is_as_large_as_the_cnn() -> None:
    cnn, dense = (variant.model for variant in variants("mnist"))
    assert cnn == ModelConfig()
    assert dense.filters == ()
    assert dense.parameters == pytest.approx(cnn.parameters, rel=0.01)


@pytest.mark.parametrize(
    ("cnn", "dense", "choice", "comparison"),
    [
        (STABLE, FALLING, "dense", Comparison.BETTER),
        (outcome(0.99, shifted=[0.99, 0.2]), FALLING, "cnn", Comparison.LESS_STABLE),
        (FALLING, STABLE, "both", Comparison.NOT_BETTER),
        (outcome(0.99), FALLING, "dense", Comparison.NOT_MOVED),
        (outcome(0.9), outcome(0.96), None, Comparison.NOT_MOVED),
    ],
)
def test_the_network_that_loses_more_is_found(
    cnn: Outcome, dense: Outcome, choice: str | None, comparison: Comparison
) -> None:
    found = find({"cnn": cnn, "dense": dense})
    assert (found.choice, found.comparison) == (choice, comparison)

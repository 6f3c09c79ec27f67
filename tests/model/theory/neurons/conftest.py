"""The trained network that the tests of this folder share."""

from __future__ import annotations

import pytest

from model.data.datasets import DataSet
from model.theory.neurons.dense import Dense, train_dense
from tests.networks import finish


@pytest.fixture(scope="session")
def dense(digits: DataSet) -> Dense:
    """The dense network with 16 hidden units."""
    return finish(train_dense(16, digits))

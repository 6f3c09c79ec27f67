"""The optimizers."""

from __future__ import annotations

import pytest

from model.data.datasets import DataSet
from tests.model.training.trainings import WITHOUT_AUGMENTATION, finish, settings


@pytest.mark.parametrize(
    ("optimizer", "schedule", "rate"),
    [("adam", "constant", 0.005), ("adamw", "cosine", 0.005), ("sgd", "one-cycle", 0.05)],
)
def test_each_optimizer_and_each_schedule_learns(digits: DataSet, optimizer: str, schedule: str, rate: float) -> None:
    config = settings(optimizer=optimizer, schedule=schedule, learning_rate=rate, epochs=2, **WITHOUT_AUGMENTATION)
    assert finish(config, digits).test.accuracy > 0.6

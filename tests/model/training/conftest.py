"""Trainings that several tests of this folder read."""

from __future__ import annotations

import pytest

from model.data.datasets import DataSet
from model.training.events import Event
from tests.model.training.trainings import run, settings


@pytest.fixture(scope="session")
def events(digits: DataSet) -> list[Event]:
    """A training of four epochs."""
    return run(settings(epochs=4), digits)

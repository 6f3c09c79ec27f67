"""The time that one picture takes."""

from __future__ import annotations

from model.network.cnn import DigitCNN
from model.network.config import ModelConfig
from model.theory.world.compute import seconds_per_reading


def test_a_reading_takes_some_time() -> None:
    assert seconds_per_reading(DigitCNN(ModelConfig(filters=(), dense_units=1)).eval()) > 0

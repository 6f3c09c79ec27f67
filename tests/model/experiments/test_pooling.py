"""The experiment on pooling."""

import pytest

from model.experiments.pooling import LARGE_GAIN, find
from tests.model.experiments.outcomes import outcome


def test_a_small_gain_is_not_worth_the_size() -> None:
    large = outcome(0.97, parameters=5000, seconds=30.0)
    found = find({"max": outcome(0.96), "average": outcome(0.965), "none": large})
    assert found.choice == "nothing"
    assert found.gain == pytest.approx(0.005)
    assert (found.size_ratio, found.time_ratio) == (5, 3)


def test_a_large_gain_is_much_better_reading() -> None:
    found = find({"max": outcome(0.9), "average": outcome(0.9), "none": outcome(0.91 + LARGE_GAIN)})
    assert found.choice == "accuracy"

"""The experiment on activation functions."""

from model.experiments.activation import find
from tests.model.experiments.outcomes import outcome


def test_the_function_with_the_lowest_test_accuracy_is_the_choice() -> None:
    assert find({"relu": outcome(0.97), "sigmoid": outcome(0.9), "tanh": outcome(0.98)}).choice == "sigmoid"
    assert find({"relu": outcome(0.5), "sigmoid": outcome(0.9), "tanh": outcome(0.98)}).choice == "relu"

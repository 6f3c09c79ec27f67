"""The experiment on the learning rate."""

from model.experiments.experiment import Outcome
from model.experiments.learning_rate import find
from tests.model.experiments.outcomes import outcome

SMALL, RIGHT, COLLAPSED = outcome(0.3), outcome(0.97), outcome(0.1)


def test_collapsed_and_diverged_runs_are_broken() -> None:
    diverged = Outcome(None, diverged=True)
    assert find({"small": SMALL, "right": RIGHT, "large": COLLAPSED, "huge": diverged}).choice == "breaks"


def test_no_choice_is_supported_if_the_large_rate_works() -> None:
    assert find({"small": SMALL, "right": RIGHT, "large": outcome(0.9), "huge": COLLAPSED}).choice is None

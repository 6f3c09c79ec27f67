"""The experiment on overfitting."""

import pytest

from model.experiments.overfitting import FEW, MANY, find, variants
from tests.model.experiments.outcomes import outcome


def test_the_best_remedy_is_the_choice() -> None:
    runs = {key: outcome(0.93) for key in ("plain", "dropout", "decay", "augmentation")}
    found = find({**runs, "more": outcome(0.98)})
    assert found.choice == found.best == "more"
    assert found.gain == pytest.approx(0.05)
    assert find({**runs, "dropout": outcome(0.97), "more": outcome(0.96)}).choice == "dropout"
    assert find({**runs, "plain": outcome(0.99), "more": outcome(0.96)}).choice is None


def test_the_settings_leave_the_named_numbers_of_pictures_for_training() -> None:
    """The small set has 1,437 training pictures."""
    for data, available in (("mnist", 60_000), ("digits", 1_437)):
        for variant in variants(data):  # type: ignore[arg-type]
            images = min(variant.train.train_images, available)
            wanted = MANY[data] if variant.key == "more" else FEW[data]
            assert images - images * variant.train.validation_share == pytest.approx(wanted, abs=1)

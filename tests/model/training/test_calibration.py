"""Calibration: bins of probabilities and their error."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from model.network.layers import CLASSES
from model.training.calibration import calibration
from model.training.evaluation import score
from tests.model.training.answers import NO_ANSWERS, logits_of, random_answers

counts, seeds = st.integers(1, 200), st.integers(0, 10_000)


def test_calibration_worked_out_by_hand() -> None:
    logits = logits_of({3: 0.95}, {3: 0.93}, {3: 0.65}, {3: 0.61})
    found = calibration(logits, torch.tensor([3, 3, 3, 5]))
    assert [(each.low, each.high, each.count) for each in found.bins] == [(0.6, 0.7, 2), (0.9, 1.0, 2)]
    assert [each.confidence for each in found.bins] == pytest.approx([0.63, 0.94])
    assert [each.accuracy for each in found.bins] == [0.5, 1.0]
    assert found.error == pytest.approx((0.13 + 0.06) / 2)


def test_confidence_equal_to_accuracy_has_no_error() -> None:
    labels = torch.tensor([3, 3, 3, 4])
    assert calibration(logits_of(*[{3: 0.75}] * 4), labels).error == pytest.approx(0, abs=1e-6)
    assert calibration(logits_of(*[{3: 0.95}] * 4), labels).error == pytest.approx(0.2, abs=1e-6)


def test_a_network_that_is_certain_and_wrong_has_the_largest_error() -> None:
    certain = torch.zeros(5, CLASSES)
    certain[:, 2] = 1e30
    found = calibration(certain, torch.full((5,), 7))
    assert found.error == 1
    assert [(each.high, each.count) for each in found.bins] == [(1.0, 5)]


def test_equal_probabilities_of_all_digits_belong_to_the_first_bin() -> None:
    found = calibration(torch.zeros(10, CLASSES), torch.arange(10))
    assert [(each.low, each.high, each.accuracy) for each in found.bins] == [(0.0, 0.1, 0.1)]
    assert found.error == pytest.approx(0, abs=1e-9)


@given(counts, seeds, st.integers(1, 30))
def test_each_image_belongs_to_one_bin(count: int, seed: int, bins: int) -> None:
    logits, labels = random_answers(count, seed)
    found = calibration(logits, labels, bins)
    assert sum(each.count for each in found.bins) == count
    assert all(each.low < each.confidence + 1e-12 and each.confidence <= each.high + 1e-12 for each in found.bins)
    assert [each.low for each in found.bins] == sorted({each.low for each in found.bins})
    right = sum(each.accuracy * each.count for each in found.bins)
    assert right / count == pytest.approx(score(logits, labels).accuracy)
    assert 0 <= found.error <= 1


def test_an_empty_set_has_no_calibration() -> None:
    with pytest.raises(ValueError, match="no pictures"):
        calibration(*NO_ANSWERS)

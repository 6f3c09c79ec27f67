"""Scores, mistakes, calibration and shifts, checked by hand and against slower ways to the same numbers."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import confusion_matrix
from torch import Tensor

from model.data.datasets import DataSet, ImageSet
from model.network.checkpoint import Checkpoint
from model.network.cnn import DigitCNN
from model.network.config import ModelConfig
from model.network.layers import CLASSES
from model.training.evaluation import (
    calibration,
    confusion,
    evaluate,
    predict,
    score,
    shifted_accuracy,
    worst_mistakes,
)
from tests.conftest import SMALL_NETWORK


def logits_of(*shares: dict[int, float]) -> Tensor:
    """Logits whose softmax gives each picture these shares; the other digits divide the rest."""
    rows = []
    for known in shares:
        rest = (1 - sum(known.values())) / (CLASSES - len(known))
        rows.append([known.get(digit, rest) for digit in range(CLASSES)])
    return torch.tensor(rows, dtype=torch.float64).log().float()


def random_answers(count: int, seed: int) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return (
        torch.randn(count, CLASSES, generator=generator) * 3,
        torch.randint(CLASSES, (count,), generator=generator),
    )


NONE = (torch.zeros(0, CLASSES), torch.zeros(0, dtype=torch.int64))
counts, seeds = st.integers(1, 200), st.integers(0, 10_000)


# --- confusion --------------------------------------------------------------------------------------------------------


def test_confusion_has_the_true_digit_in_its_rows() -> None:
    logits = logits_of({7: 0.9}, {7: 0.8}, {2: 0.9}, {0: 0.9})
    matrix = confusion(logits, torch.tensor([2, 2, 2, 0]))
    assert matrix.shape == (CLASSES, CLASSES)
    assert matrix.dtype == torch.int64
    assert matrix[2, 7] == 2
    assert matrix[2, 2] == matrix[0, 0] == 1
    assert matrix.sum() == 4
    assert matrix[7].sum() == 0, "a digit without pictures has an empty row"


@given(counts, seeds)
def test_confusion_agrees_with_scikit_learn(count: int, seed: int) -> None:
    logits, labels = random_answers(count, seed)
    expected = confusion_matrix(labels, logits.argmax(1), labels=range(CLASSES))
    assert confusion(logits, labels).tolist() == expected.tolist()


@given(counts, seeds)
def test_the_diagonal_of_the_confusion_is_the_accuracy(count: int, seed: int) -> None:
    logits, labels = random_answers(count, seed)
    assert confusion(logits, labels).trace() / count == pytest.approx(score(logits, labels).accuracy)


# --- mistakes ---------------------------------------------------------------------------------------------------------


def test_the_worst_mistake_is_the_one_of_which_the_network_was_surest() -> None:
    logits = logits_of({3: 0.99}, {7: 0.6, 2: 0.3}, {4: 0.95, 9: 0.04}, {1: 0.8})
    found = worst_mistakes(logits, torch.tensor([3, 2, 9, 5]))
    assert [(each.number, each.label, each.digit) for each in found] == [(2, 9, 4), (3, 5, 1), (1, 2, 7)]
    assert [each.share for each in found] == pytest.approx([0.95, 0.8, 0.6])
    assert [each.truth_share for each in found] == pytest.approx([0.04, 0.2 / 9, 0.3])


@given(counts, seeds, st.integers(0, 8))
def test_mistakes_are_wrong_sorted_and_at_most_as_many_as_asked_for(count: int, seed: int, most: int) -> None:
    logits, labels = random_answers(count, seed)
    found = worst_mistakes(logits, labels, most)
    wrong = (logits.argmax(1) != labels).nonzero().flatten().tolist()
    assert len(found) == min(most, len(wrong))
    assert {each.number for each in found} <= set(wrong)
    assert all(each.label != each.digit and each.truth_share <= each.share for each in found)
    assert [each.share for each in found] == sorted((each.share for each in found), reverse=True)
    left_out = set(wrong) - {each.number for each in found}
    shares = logits.softmax(1).amax(1)
    assert all(shares[number] <= each.share for number in left_out for each in found)


def test_a_perfect_network_makes_no_mistakes() -> None:
    logits = logits_of({3: 0.99}, {1: 0.5})
    assert worst_mistakes(logits, torch.tensor([3, 1])) == []


def test_no_pictures_are_no_mistakes() -> None:
    assert worst_mistakes(*NONE) == []
    assert confusion(*NONE).tolist() == [[0] * CLASSES] * CLASSES


# --- calibration ------------------------------------------------------------------------------------------------------


def test_calibration_by_hand() -> None:
    logits = logits_of({3: 0.95}, {3: 0.93}, {3: 0.65}, {3: 0.61})
    found = calibration(logits, torch.tensor([3, 3, 3, 5]))
    assert [(each.low, each.high, each.count) for each in found.bins] == [(0.6, 0.7, 2), (0.9, 1.0, 2)]
    assert [each.confidence for each in found.bins] == pytest.approx([0.63, 0.94])
    assert [each.accuracy for each in found.bins] == [0.5, 1.0]
    assert found.error == pytest.approx((0.13 + 0.06) / 2)


def test_a_network_that_is_right_as_often_as_it_says_has_no_error() -> None:
    labels = torch.tensor([3, 3, 3, 4])
    assert calibration(logits_of(*[{3: 0.75}] * 4), labels).error == pytest.approx(0, abs=1e-6)
    assert calibration(logits_of(*[{3: 0.95}] * 4), labels).error == pytest.approx(0.2, abs=1e-6)


def test_a_network_that_is_certain_and_wrong_has_the_largest_error() -> None:
    certain = torch.zeros(5, CLASSES)
    certain[:, 2] = 1e30
    found = calibration(certain, torch.full((5,), 7))
    assert found.error == 1
    assert [(each.high, each.count) for each in found.bins] == [(1.0, 5)]


def test_equal_shares_for_all_digits_fall_into_the_first_bin_of_ten() -> None:
    found = calibration(torch.zeros(10, CLASSES), torch.arange(10))
    assert [(each.low, each.high, each.accuracy) for each in found.bins] == [(0.0, 0.1, 0.1)]
    assert found.error == pytest.approx(0, abs=1e-9)


@given(counts, seeds, st.integers(1, 30))
def test_the_bins_hold_every_picture_once(count: int, seed: int, bins: int) -> None:
    logits, labels = random_answers(count, seed)
    found = calibration(logits, labels, bins)
    assert sum(each.count for each in found.bins) == count
    assert all(each.low < each.confidence + 1e-12 and each.confidence <= each.high + 1e-12 for each in found.bins)
    assert [each.low for each in found.bins] == sorted({each.low for each in found.bins})
    right = sum(each.accuracy * each.count for each in found.bins)
    assert right / count == pytest.approx(score(logits, labels).accuracy)
    assert 0 <= found.error <= 1


def test_no_pictures_have_no_calibration() -> None:
    with pytest.raises(ValueError, match="no pictures"):
        calibration(*NONE)


# --- shifts -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def network(small_checkpoint: Checkpoint) -> DigitCNN:
    return small_checkpoint.build()


def test_a_shift_by_nothing_is_the_plain_accuracy(network: DigitCNN, digits: DataSet) -> None:
    assert shifted_accuracy(network, digits.test, 0) == evaluate(network, digits.test).accuracy


@pytest.mark.parametrize("pixels", [1, 3, 27])
def test_shifts_are_the_mean_of_four_directions(network: DigitCNN, digits: DataSet, pixels: int) -> None:
    images = digits.test[torch.arange(60)]
    accuracies = []
    for axis in (2, 3):
        for way in (-pixels, pixels):
            moved = images.images.roll(way, axis)
            rolled_in = slice(None, way) if way > 0 else slice(way, None)
            moved[(slice(None),) * axis + (rolled_in,)] = 0  # black comes in, not the other side
            accuracies.append(float((predict(network, moved).argmax(1) == images.labels).float().mean()))
    assert shifted_accuracy(network, images, pixels) == pytest.approx(sum(accuracies) / 4)


def test_a_larger_shift_costs_more(network: DigitCNN, digits: DataSet) -> None:
    plain, two, eight = (shifted_accuracy(network, digits.test, pixels) for pixels in (0, 2, 8))
    assert plain > two > eight


@pytest.mark.parametrize("pixels", [28, 29, 10**9])
def test_beyond_its_edge_every_picture_is_black(network: DigitCNN, digits: DataSet, pixels: int) -> None:
    answer = int(predict(network, torch.zeros(1, 1, 28, 28, dtype=torch.uint8)).argmax())
    share = float((digits.test.labels == answer).float().mean())
    assert shifted_accuracy(network, digits.test, pixels) == pytest.approx(share)


def test_a_shift_changes_neither_pictures_nor_network(network: DigitCNN, digits: DataSet) -> None:
    images = ImageSet(digits.test.images[:20].clone(), digits.test.labels[:20])
    weights = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    shifted_accuracy(network.train(), images, 2)
    assert network.training, "it is left in the mode in which it came"
    network.eval()
    assert torch.equal(images.images, digits.test.images[:20])
    assert all(torch.equal(tensor, weights[name]) for name, tensor in network.state_dict().items())


def test_shifts_that_cannot_be_are_refused(digits: DataSet) -> None:
    network = DigitCNN(SMALL_NETWORK)
    with pytest.raises(ValueError, match="0 pixels or more"):
        shifted_accuracy(network, digits.test, -1)
    for pixels in (0, 1):
        with pytest.raises(ValueError, match="no pictures"):
            shifted_accuracy(network, digits.test[:0], pixels)


def test_a_single_picture_can_be_scored() -> None:
    network = DigitCNN(ModelConfig(filters=(2,), dense_units=2)).eval()
    one = ImageSet(torch.zeros(1, 1, 28, 28, dtype=torch.uint8), torch.tensor([3]))
    assert shifted_accuracy(network, one, 2) in (0.0, 1.0)

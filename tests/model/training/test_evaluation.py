"""Scores, confusion, mistakes and shifted images, compared with slower ways to the same numbers."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import confusion_matrix

from model.data.datasets import DataSet, ImageSet, to_float
from model.network.checkpoint import Checkpoint
from model.network.cnn import DigitCNN
from model.network.config import ModelConfig
from model.network.layers import CLASSES
from model.training.evaluation import (
    compute_logits,
    confusion,
    evaluate,
    most_certain_mistakes,
    score,
    shifted_accuracy,
)
from tests.conftest import SMALL_NETWORK
from tests.model.training.answers import NO_ANSWERS, logits_of, random_answers
from tests.model.training.trainings import same_weights

counts, seeds = st.integers(1, 200), st.integers(0, 10_000)


@pytest.mark.parametrize("training", [True, False])
def test_scoring_does_not_change_the_network(digits: DataSet, training: bool) -> None:
    network = DigitCNN(ModelConfig(filters=(4,), dense_units=8, batch_norm=True, dropout=0.5)).train(training)
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    one, again = (evaluate(network, digits.test) for _ in range(2))
    assert one == again, "without dropout"
    assert network.training == training
    assert all(layer.training == training for layer in network.modules())
    assert same_weights(network.state_dict(), before)
    assert all(parameter.requires_grad for parameter in network.parameters())


def test_the_mode_is_restored_after_an_error_too() -> None:
    network = DigitCNN(ModelConfig(filters=(4,), dense_units=8)).train()
    with pytest.raises(RuntimeError):
        compute_logits(network, torch.zeros(2, 3, 28, 28, dtype=torch.uint8))
    assert network.training


def test_a_score_is_the_mean_loss_and_the_share_read_correctly(digits: DataSet, small_checkpoint: Checkpoint) -> None:
    network = small_checkpoint.build()
    images = digits.train[:1203]  # more than two of the batches that scoring works in, and a rest
    score = evaluate(network, images)
    logits = network(to_float(images.images))
    right = sum(int(row.argmax()) == int(label) for row, label in zip(logits, images.labels, strict=True))
    assert score.accuracy == pytest.approx(right / 1203)
    assert score.loss == pytest.approx(F.cross_entropy(logits, images.labels).item(), rel=1e-4)
    assert compute_logits(network, images.images).shape == (1203, 10)
    assert 0.5 < score.accuracy < 1


def test_an_empty_set_has_no_score(digits: DataSet, small_checkpoint: Checkpoint) -> None:
    with pytest.raises(ValueError, match="no pictures"):
        evaluate(small_checkpoint.build(), digits.test[:0])


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


def test_the_worst_mistake_has_the_highest_probability() -> None:
    logits = logits_of({3: 0.99}, {7: 0.6, 2: 0.3}, {4: 0.95, 9: 0.04}, {1: 0.8})
    found = most_certain_mistakes(logits, torch.tensor([3, 2, 9, 5]))
    assert [(each.number, each.label, each.digit) for each in found] == [(2, 9, 4), (3, 5, 1), (1, 2, 7)]
    assert [each.share for each in found] == pytest.approx([0.95, 0.8, 0.6])
    assert [each.truth_share for each in found] == pytest.approx([0.04, 0.2 / 9, 0.3])


@given(counts, seeds, st.integers(0, 8))
def test_mistakes_are_wrong_and_sorted_and_their_number_is_limited(count: int, seed: int, most: int) -> None:
    logits, labels = random_answers(count, seed)
    found = most_certain_mistakes(logits, labels, most)
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
    assert most_certain_mistakes(logits, torch.tensor([3, 1])) == []


def test_an_empty_set_has_no_mistakes() -> None:
    assert most_certain_mistakes(*NO_ANSWERS) == []
    assert confusion(*NO_ANSWERS).tolist() == [[0] * CLASSES] * CLASSES


@pytest.fixture(scope="module")
def network(small_checkpoint: Checkpoint) -> DigitCNN:
    return small_checkpoint.build()


def test_a_shift_by_zero_pixels_gives_the_plain_accuracy(network: DigitCNN, digits: DataSet) -> None:
    assert shifted_accuracy(network, digits.test, 0) == evaluate(network, digits.test).accuracy


@pytest.mark.parametrize("pixels", [1, 27])
def test_the_shifted_accuracy_is_the_mean_of_four_directions(network: DigitCNN, digits: DataSet, pixels: int) -> None:
    images = digits.test[torch.arange(60)]
    accuracies = []
    for axis in (2, 3):
        for way in (-pixels, pixels):
            moved = images.images.roll(way, axis)
            rolled_in = slice(None, way) if way > 0 else slice(way, None)
            moved[(slice(None),) * axis + (rolled_in,)] = 0  # black moves in, not the other side
            accuracies.append(float((compute_logits(network, moved).argmax(1) == images.labels).float().mean()))
    assert shifted_accuracy(network, images, pixels) == pytest.approx(sum(accuracies) / 4)


def test_a_larger_shift_gives_a_lower_accuracy(network: DigitCNN, digits: DataSet) -> None:
    plain, two, eight = (shifted_accuracy(network, digits.test, pixels) for pixels in (0, 2, 8))
    assert plain > two > eight


@pytest.mark.parametrize("pixels", [28, 10**9])
def test_shifts_of_28_pixels_and_more_give_black_images(network: DigitCNN, digits: DataSet, pixels: int) -> None:
    answer = int(compute_logits(network, torch.zeros(1, 1, 28, 28, dtype=torch.uint8)).argmax())
    share = float((digits.test.labels == answer).float().mean())
    assert shifted_accuracy(network, digits.test, pixels) == pytest.approx(share)


def test_a_shift_changes_neither_images_nor_network(network: DigitCNN, digits: DataSet) -> None:
    images = ImageSet(digits.test.images[:20].clone(), digits.test.labels[:20])
    weights = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    shifted_accuracy(network.train(), images, 2)
    assert network.training, "its mode is restored"
    network.eval()
    assert torch.equal(images.images, digits.test.images[:20])
    assert all(torch.equal(tensor, weights[name]) for name, tensor in network.state_dict().items())


def test_impossible_shifts_are_refused(digits: DataSet) -> None:
    network = DigitCNN(SMALL_NETWORK)
    with pytest.raises(ValueError, match="0 pixels or more"):
        shifted_accuracy(network, digits.test, -1)
    for pixels in (0, 1):
        with pytest.raises(ValueError, match="no pictures"):
            shifted_accuracy(network, digits.test[:0], pixels)


def test_a_single_image_can_be_scored() -> None:
    network = DigitCNN(ModelConfig(filters=(2,), dense_units=2)).eval()
    one = ImageSet(torch.zeros(1, 1, 28, 28, dtype=torch.uint8), torch.tensor([3]))
    assert shifted_accuracy(network, one, 2) in (0.0, 1.0)

"""Filter ablation against networks whose weights were set to zero by hand."""

from __future__ import annotations

import copy
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from model.data.datasets import DataSet, to_float
from model.inspection.ablation import ablated_logits, score_ablated
from model.inspection.sampling import BATCH
from model.network.checkpoint import Checkpoint
from model.network.cnn import DigitCNN
from model.network.config import ModelConfig
from model.training.evaluation import evaluate
from tests.conftest import assert_one_sentence, model_configs
from tests.model.inspection.helpers import FULL, assert_unchanged, frozen_network, state_of
from tests.networks import finish, random_batch, random_pictures


def without_weights(network: DigitCNN, switched_off: dict[int, list[int]]) -> DigitCNN:
    """A copy in which the next layers have zero weights for those channels."""
    changed = copy.deepcopy(network)
    last = len(changed.blocks) - 1
    for block, channels in switched_off.items():
        for channel in channels:
            if block < last:
                changed.blocks[block + 1].conv.weight[:, channel] = 0
            else:
                area = changed.dense.in_features // changed.config.filters[last]
                changed.dense.weight[:, channel * area : (channel + 1) * area] = 0
    return changed


@st.composite
def ablations(draw: st.DrawFn) -> tuple[ModelConfig, dict[int, list[int]]]:
    config = draw(model_configs())
    switched_off = {
        block: draw(st.lists(st.integers(0, count - 1), unique=True))
        for block, count in enumerate(config.filters)
        if draw(st.booleans())
    }
    return config, switched_off


@given(ablations())
@settings(max_examples=30)
def test_a_filter_that_is_off_has_no_weight_in_the_next_layer(case: tuple[ModelConfig, dict[int, list[int]]]) -> None:
    config, switched_off = case
    network, x = frozen_network(config), random_batch(3)
    kept = x.clone()
    expected = without_weights(network, switched_off)(x)
    torch.testing.assert_close(ablated_logits(network, x, switched_off), expected, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(ablated_logits(network, x, {}), network(x))
    assert torch.equal(x, kept)


def test_switching_off_a_filter_changes_the_logits_and_without_a_layer_all_pictures_have_the_same_logits() -> None:
    network, x = frozen_network(ModelConfig(filters=(3, 4), activation="tanh")), random_batch(5)
    assert not torch.allclose(ablated_logits(network, x, {0: [1]}), network(x), atol=1e-5)
    logits = ablated_logits(network, x, {1: range(4)})
    torch.testing.assert_close(logits, logits[:1].expand_as(logits))


@given(ablations())
@settings(max_examples=10)
def test_the_score_counts_what_the_network_without_the_weights_reads(
    case: tuple[ModelConfig, dict[int, list[int]]],
) -> None:
    config, switched_off = case
    network, pictures = frozen_network(config), random_pictures(BATCH + 7)
    score = finish(score_ablated(network, pictures, switched_off))
    right = without_weights(network, switched_off)(to_float(pictures.images)).argmax(1) == pictures.labels
    assert score.pictures == len(pictures)
    # Two equal logits may round either way: one picture of all, or of the seven or eight of a digit.
    assert score.accuracy == pytest.approx(float(right.float().mean()), abs=1.5 / len(pictures))
    for digit in range(10):
        own = right[pictures.labels == digit].float().mean()
        assert float(score.by_digit[digit]) == pytest.approx(float(own), abs=0.15)


def test_the_score_of_a_whole_network_is_its_evaluation(small_checkpoint: Checkpoint, digits: DataSet) -> None:
    network = small_checkpoint.build()
    score, expected = finish(score_ablated(network, digits.test, {})), evaluate(network, digits.test)
    assert score.accuracy == pytest.approx(expected.accuracy, abs=1.5 / len(digits.test))
    assert score.loss == pytest.approx(expected.loss, rel=1e-4)
    assert score.pictures == len(digits.test)


def test_the_same_part_is_read_with_and_without_filters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("model.inspection.ablation.SCORE_SECONDS", 1e-9)
    network, pictures = frozen_network(ModelConfig(filters=(2,))), random_pictures(700)
    before, after = (finish(score_ablated(network, pictures, off)) for off in ({}, {0: [1]}))
    assert before.pictures == 500
    assert torch.equal(before.count, after.count)


def test_the_network_is_not_changed_even_if_the_work_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    network, pictures = frozen_network(FULL), random_pictures(150)
    before = state_of(network)
    ablated_logits(network, random_batch(1), {0: [0]})
    work = score_ablated(network, pictures, {0: [1]})
    next(work)
    assert_unchanged(network, before)
    monkeypatch.setattr("model.inspection.ablation.to_float", lambda _: torch.rand(1, 7, 5, 5))
    with pytest.raises(RuntimeError):
        next(work)
    assert_unchanged(network, before)


def test_many_threads_may_use_one_network_at_once(small_checkpoint: Checkpoint, digits: DataSet) -> None:
    network = small_checkpoint.build()
    before = state_of(network)
    choices = [{0: [number]} for number in range(8)]

    def accuracy(off: dict[int, list[int]]) -> float:
        return finish(score_ablated(network, digits.test, off)).accuracy

    alone = [accuracy(off) for off in choices]
    with ThreadPoolExecutor(8) as students:
        together = list(students.map(accuracy, choices + choices))
    assert together == pytest.approx(alone + alone, abs=1.5 / len(digits.test))
    assert len(set(alone)) > 1
    assert_unchanged(network, before)


@pytest.mark.parametrize("off", [{2: [0]}, {-1: [0]}, {0: [3]}, {0: [0, -1]}])
def test_a_filter_that_does_not_exist_is_refused(off: dict[int, list[int]]) -> None:
    network = frozen_network(ModelConfig(filters=(3, 4)))
    with pytest.raises(ValueError, match="there is no"):
        ablated_logits(network, random_batch(1), off)
    with pytest.raises(ValueError, match="there is no"):
        next(score_ablated(network, random_pictures(3), off))


def test_a_dense_network_is_scored_and_has_no_filters() -> None:
    network, pictures = frozen_network(ModelConfig(filters=(), dense_units=5)), random_pictures(70)
    expected = evaluate(network, pictures).accuracy
    assert finish(score_ablated(network, pictures, {})).accuracy == pytest.approx(expected, abs=1.5 / 70)
    with pytest.raises(ValueError, match="0 convolutional layers, so there is no block 0") as caught:
        next(score_ablated(network, pictures, {0: [0]}))
    assert_one_sentence(caught.value)


def test_training_mode_and_an_empty_set_are_refused() -> None:
    network = frozen_network(ModelConfig(filters=(2,)))
    with pytest.raises(ValueError, match="no pictures"):
        next(score_ablated(network, random_pictures(0), {}))
    with pytest.raises(ValueError, match="evaluation mode"):
        ablated_logits(network.train(), random_batch(1), {})

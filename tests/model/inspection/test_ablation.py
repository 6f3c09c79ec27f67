"""Silenced filters, against networks whose weights were zeroed by hand, and the scores that follow."""

from __future__ import annotations

import copy
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from model.data.datasets import DataSet, to_float
from model.inspection.ablation import rank, score_silenced, silenced_logits
from model.inspection.activations import BATCH
from model.network.checkpoint import Checkpoint
from model.network.cnn import DigitCNN
from model.network.config import ModelConfig
from model.training.evaluation import evaluate
from tests.conftest import assert_one_sentence, model_configs
from tests.model.inspection.test_activations import finish, random_network, random_pictures, state


def deaf_to(network: DigitCNN, silenced: dict[int, list[int]]) -> DigitCNN:
    """A network whose next layers have zero weights for those channels."""
    deaf = copy.deepcopy(network)
    last = len(deaf.blocks) - 1
    for block, channels in silenced.items():
        for channel in channels:
            if block < last:
                deaf.blocks[block + 1].conv.weight[:, channel] = 0
            else:
                area = deaf.dense.in_features // deaf.config.filters[last]
                deaf.dense.weight[:, channel * area : (channel + 1) * area] = 0
    return deaf


@st.composite
def networks_with_silenced(draw: st.DrawFn) -> tuple[ModelConfig, dict[int, list[int]]]:
    config = draw(model_configs())
    silenced = {
        block: draw(st.lists(st.integers(0, count - 1), unique=True))
        for block, count in enumerate(config.filters)
        if draw(st.booleans())
    }
    return config, silenced


@given(networks_with_silenced())
def test_a_silenced_filter_is_one_that_the_next_layer_is_deaf_to(
    case: tuple[ModelConfig, dict[int, list[int]]],
) -> None:
    config, silenced = case
    network, x = random_network(config), torch.rand(3, 1, 28, 28)
    expected = deaf_to(network, silenced)(x)
    torch.testing.assert_close(silenced_logits(network, x, silenced), expected, rtol=1e-4, atol=1e-5)


@given(model_configs())
@settings(max_examples=15)
def test_with_nothing_silenced_it_is_the_network_itself(config: ModelConfig) -> None:
    network, x = random_network(config), torch.rand(2, 1, 28, 28)
    kept = x.clone()
    for silenced in ({}, {block: [] for block in range(len(config.filters))}):
        torch.testing.assert_close(silenced_logits(network, x, silenced), network(x))
    assert torch.equal(x, kept)


def test_silencing_a_filter_that_matters_changes_the_logits() -> None:
    network, x = random_network(ModelConfig(filters=(3, 4), activation="tanh")), torch.rand(2, 1, 28, 28)
    assert not torch.allclose(silenced_logits(network, x, {0: [1]}), network(x), atol=1e-5)


def test_with_a_whole_layer_silenced_every_picture_looks_the_same() -> None:
    network, x = random_network(ModelConfig(filters=(3, 4))), torch.rand(5, 1, 28, 28)
    logits = silenced_logits(network, x, {1: range(4)})
    torch.testing.assert_close(logits, logits[:1].expand_as(logits))


@given(networks_with_silenced())
@settings(max_examples=15)
def test_the_score_is_that_of_the_deaf_network(case: tuple[ModelConfig, dict[int, list[int]]]) -> None:
    config, silenced = case
    network, pictures = random_network(config), random_pictures(BATCH + 7)
    score = finish(score_silenced(network, pictures, silenced))
    right = deaf_to(network, silenced)(to_float(pictures.images)).argmax(1) == pictures.labels
    assert score.pictures == len(pictures)
    assert score.accuracy == pytest.approx(float(right.float().mean()), abs=1.5 / len(pictures))  # a tie may fall
    for digit in range(10):
        mine = right[pictures.labels == digit].float().mean()
        assert float(score.by_digit[digit]) == pytest.approx(float(mine), abs=0.15)


def test_the_score_of_a_trained_network_is_what_evaluate_says(small_checkpoint: Checkpoint, digits: DataSet) -> None:
    network = small_checkpoint.build()
    score, expected = finish(score_silenced(network, digits.test, {})), evaluate(network, digits.test)
    assert score.accuracy == expected.accuracy
    assert score.loss == pytest.approx(expected.loss, rel=1e-4)
    assert score.pictures == len(digits.test) == int(score.count.sum())
    assert int(score.right.sum()) == round(expected.accuracy * len(digits.test))


def test_the_rank_is_one_score_per_silenced_filter(small_checkpoint: Checkpoint, digits: DataSet) -> None:
    network = small_checkpoint.build()
    for block, count in enumerate(network.config.filters):
        ranking = finish(rank(network, block, digits.test))
        assert ranking.before.accuracy == evaluate(network, digits.test).accuracy
        assert len(ranking.without) == len(ranking.accuracy_lost) == count
        for channel in (0, count // 2, count - 1):
            alone = finish(score_silenced(network, digits.test, {block: [channel]}))
            assert torch.equal(ranking.without[channel].right, alone.right)
            assert ranking.without[channel].loss == pytest.approx(alone.loss, rel=1e-4)
            assert ranking.accuracy_lost[channel] == pytest.approx(ranking.before.accuracy - alone.accuracy)
        assert max(ranking.accuracy_lost) > 0


def test_a_dead_filter_carries_nothing(small_checkpoint: Checkpoint, digits: DataSet) -> None:
    network = small_checkpoint.build()
    network.blocks[1].conv.bias[3] = -1e3
    ranking = finish(rank(network, 1, digits.test))
    assert ranking.accuracy_lost[3] == 0
    assert ranking.without[3].loss == pytest.approx(ranking.before.loss)


def test_a_part_is_the_same_with_and_without_silenced_filters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("model.inspection.ablation.SCORE_SECONDS", 1e-9)
    network, pictures = random_network(ModelConfig(filters=(2,))), random_pictures(700)
    before, after = (finish(score_silenced(network, pictures, silenced)) for silenced in ({}, {0: [1]}))
    assert before.pictures == 500
    assert torch.equal(before.count, after.count)


def test_the_network_stays_as_it_was_even_when_it_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    network, pictures = random_network(ModelConfig(filters=(3, 2), batch_norm=True, dropout=0.3)), random_pictures(150)
    before = state(network)
    silenced_logits(network, torch.rand(1, 1, 28, 28), {0: [0]})
    finish(score_silenced(network, pictures, {0: [2]}))
    finish(rank(network, 0, pictures))
    assert state(network) == before
    for work in (score_silenced(network, pictures, {0: [1]}), rank(network, 0, pictures)):
        next(work)
        assert not torch.is_inference_mode_enabled()
        with monkeypatch.context() as patch:
            patch.setattr("model.inspection.ablation.to_float", lambda _: torch.rand(1, 7, 5, 5))
            with pytest.raises(RuntimeError):
                next(work)
        assert not torch.is_inference_mode_enabled()
        assert state(network) == before


def test_many_may_use_one_network_at_once(small_checkpoint: Checkpoint, digits: DataSet) -> None:
    network = small_checkpoint.build()
    before = state(network)
    sets = [{0: [number % 8]} for number in range(16)]
    alone = [finish(score_silenced(network, digits.test, silenced)).right.tolist() for silenced in sets[:8]]
    with ThreadPoolExecutor(8) as students:
        together = list(
            students.map(lambda each: finish(score_silenced(network, digits.test, each)).right.tolist(), sets)
        )
    assert together == alone + alone
    assert state(network) == before


@pytest.mark.parametrize("silenced", [{2: [0]}, {-1: [0]}, {0: [3]}, {0: [0, -1]}])
def test_a_filter_that_is_not_there_is_refused(silenced: dict[int, list[int]]) -> None:
    network = random_network(ModelConfig(filters=(3, 4)))
    with pytest.raises(ValueError, match="there is no"):
        silenced_logits(network, torch.rand(1, 1, 28, 28), silenced)
    with pytest.raises(ValueError, match="there is no"):
        next(score_silenced(network, random_pictures(3), silenced))


def test_a_dense_network_is_scored_as_it_is_and_has_nothing_to_silence_or_rank() -> None:
    network, pictures = random_network(ModelConfig(filters=(), dense_units=5)), random_pictures(70)
    assert finish(score_silenced(network, pictures, {})).accuracy == evaluate(network, pictures).accuracy
    for work in (score_silenced(network, pictures, {0: [0]}), rank(network, 0, pictures)):
        with pytest.raises(ValueError, match="0 convolutional layers, so there is no block 0") as caught:
            next(work)
        assert_one_sentence(caught.value)


def test_training_mode_and_empty_sets_are_refused() -> None:
    with pytest.raises(ValueError, match="evaluation mode"):
        silenced_logits(DigitCNN(ModelConfig(filters=(2,))), torch.rand(1, 1, 28, 28), {})
    network = random_network(ModelConfig(filters=(2,)))
    for work in (score_silenced(network, random_pictures(0), {}), rank(network, 0, random_pictures(0))):
        with pytest.raises(ValueError, match="no pictures"):
            next(work)
    with pytest.raises(ValueError, match="there is no block"):
        next(rank(network, 1, random_pictures(3)))

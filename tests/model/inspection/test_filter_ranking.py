"""Filter rankings against scores with one filter switched off."""

from __future__ import annotations

import pytest
import torch

from model.data.datasets import DataSet
from model.inspection.ablation import score_ablated
from model.inspection.filter_ranking import rank_filters
from model.network.checkpoint import Checkpoint
from model.network.config import ModelConfig
from tests.model.inspection.helpers import FULL, assert_unchanged, frozen_network, state_of
from tests.networks import finish, random_pictures


def test_the_ranking_is_one_score_for_each_filter(small_checkpoint: Checkpoint, digits: DataSet) -> None:
    network = small_checkpoint.build()
    one_picture = 1.5 / len(digits.test)  # two equal logits may round either way
    for block, count in enumerate(network.config.filters):
        ranking = finish(rank_filters(network, block, digits.test))
        whole = finish(score_ablated(network, digits.test, {}))
        assert ranking.before.accuracy == pytest.approx(whole.accuracy, abs=one_picture)
        assert len(ranking.without) == len(ranking.accuracy_lost) == count
        for channel in (0, count - 1):
            alone = finish(score_ablated(network, digits.test, {block: [channel]}))
            assert ranking.without[channel].accuracy == pytest.approx(alone.accuracy, abs=one_picture)
            assert ranking.without[channel].loss == pytest.approx(alone.loss, rel=1e-4)
            lost = whole.accuracy - alone.accuracy
            assert ranking.accuracy_lost[channel] == pytest.approx(lost, abs=2 * one_picture)
        assert max(ranking.accuracy_lost) > 0


def test_nothing_is_lost_without_a_dead_filter(small_checkpoint: Checkpoint, digits: DataSet) -> None:
    network = small_checkpoint.build()
    network.blocks[1].conv.bias[3] = -1e3
    ranking = finish(rank_filters(network, 1, digits.test))
    assert ranking.accuracy_lost[3] == 0
    assert ranking.without[3].loss == pytest.approx(ranking.before.loss)


def test_the_network_is_not_changed_even_if_the_work_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    network = frozen_network(FULL)
    before = state_of(network)
    work = rank_filters(network, 0, random_pictures(150))
    next(work)
    assert_unchanged(network, before)
    monkeypatch.setattr("model.inspection.filter_ranking.to_float", lambda _: torch.rand(1, 7, 5, 5))
    with pytest.raises(RuntimeError):
        next(work)
    assert_unchanged(network, before)


def test_a_missing_block_and_an_empty_set_are_refused() -> None:
    network = frozen_network(ModelConfig(filters=(2,)))
    with pytest.raises(ValueError, match="there is no block 1"):
        next(rank_filters(network, 1, random_pictures(3)))
    with pytest.raises(ValueError, match="no pictures"):
        next(rank_filters(network, 0, random_pictures(0)))

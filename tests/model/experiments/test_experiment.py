"""The common properties of all guided experiments, and the outcome of a run."""

from __future__ import annotations

from typing import get_args

import pytest

from model.experiments.all_experiments import EXPERIMENTS
from model.experiments.experiment import Data, Experiment, Outcome, incomplete_variants
from model.training.events import DIVERGED
from tests.model.experiments.outcomes import outcome


@pytest.mark.parametrize("data", get_args(Data))
@pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda each: each.key)
def test_the_runs_differ_in_one_thing_and_start_alike(experiment: Experiment, data: Data) -> None:
    variants = experiment.variants(data)
    assert 2 <= len({variant.key for variant in variants}) == len(variants) <= 6
    assert len({(variant.model, variant.train) for variant in variants}) == len(variants)
    assert {variant.train.seed for variant in variants} == {1}
    assert {variant.train.data for variant in variants} == {data}
    assert {variant.train.batch_size for variant in variants} == {64 if data == "mnist" else 32}


@pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda each: each.key)
def test_any_outcomes_give_a_finding(experiment: Experiment) -> None:
    keys = [variant.key for variant in experiment.variants("mnist")]
    for accuracies in ((0.1,) * 6, (1.0,) * 6, (0.99, 0.98, 0.97, 0.96, 0.95, 0.94)):
        for order in (keys, keys[::-1]):
            found = experiment.find({key: outcome(each) for key, each in zip(order, accuracies, strict=False)})
            assert found.choice is None or found.choice in experiment.choices


def test_missing_and_unfinished_runs_are_incomplete() -> None:
    (labels,) = (each for each in EXPERIMENTS if each.key == "labels")
    assert incomplete_variants(labels, {}, "mnist") == ["true", "shuffled"]
    assert incomplete_variants(labels, {"true": outcome(0.9), "shuffled": Outcome.of(None)}, "mnist") == ["shuffled"]
    diverged = Outcome(None, diverged=True)
    assert incomplete_variants(labels, {"true": outcome(0.9), "shuffled": diverged}, "mnist") == []


def test_a_diverged_run_is_known_by_its_report() -> None:
    message = DIVERGED.format(epoch=1, step=10, rate="100", less="10")
    assert Outcome.of({"outcome": "failed", "message": message}) == Outcome(None, diverged=True)
    assert not Outcome.of({"outcome": "failed", "message": "The disk is full."}).diverged


def test_gap_and_loss_rise_are_those_of_the_last_epoch() -> None:
    found = outcome(0.9, training=[0.5, 1.0], validation=[0.8, 0.7], validation_loss=[0.5, 0.2, 0.9])
    assert found.gap == pytest.approx(0.3)
    assert found.loss_rise == pytest.approx(0.7)
    assert Outcome(None).gap == Outcome(None).loss_rise == 0

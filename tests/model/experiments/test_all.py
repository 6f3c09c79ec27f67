"""The guided experiments: fair settings, and findings that say what came out, whatever came out."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from model.data.datasets import DataSet
from model.experiments.all import EXPERIMENTS, Data, Experiment, Result, conclude, gap, loss_rise
from model.network.config import ModelConfig
from model.training.events import DIVERGED, Finished
from model.training.loop import train

BY_KEY = {each.key: each for each in EXPERIMENTS}
ALL = [(each, data) for each in EXPERIMENTS for data in get_args(Data)]


def result(test: float | None, **changes: object) -> Result:
    plain = Result(test, 10.0, 1000, [0.5, 0.99], [0.4, test or 0.0], [1.0, 0.3])
    return replace(plain, **changes)  # type: ignore[arg-type]


def outcome(key: str, data: Data = "mnist", **results: Result) -> tuple[str | None, str]:
    """(the choice that the runs support, the text)."""
    finding = conclude(BY_KEY[key], results, data)
    return None if finding.answer is None else BY_KEY[key].choices[finding.answer], finding.text


@pytest.mark.parametrize(("experiment", "data"), ALL)
def test_runs_differ_in_what_is_asked_and_start_alike(experiment: Experiment, data: Data) -> None:
    variants = experiment.variants(data)
    assert len({variant.key for variant in variants}) == len({variant.label for variant in variants}) == len(variants)
    assert 2 <= len(variants) <= 6
    assert len({(variant.model, variant.train) for variant in variants}) == len(variants)
    assert {variant.train.seed for variant in variants} == {1}
    assert {variant.train.data for variant in variants} == {data}
    assert {variant.train.batch_size for variant in variants} == {64 if data == "mnist" else 32}


@pytest.mark.parametrize("experiment", EXPERIMENTS)
def test_a_question_has_choices_that_differ(experiment: Experiment) -> None:
    assert experiment.question.endswith("?")
    assert 2 <= len(set(experiment.choices)) == len(experiment.choices)


def test_the_dense_network_is_as_large_as_the_cnn() -> None:
    cnn, dense = (variant.model for variant in BY_KEY["cnn"].variants("mnist"))
    assert cnn == ModelConfig()
    assert dense.filters == ()
    assert abs(dense.parameters - cnn.parameters) < 0.01 * cnn.parameters


@pytest.mark.parametrize(("experiment", "data"), ALL)
def test_missing_or_stopped_runs_conclude_nothing(experiment: Experiment, data: Data) -> None:
    assert conclude(experiment, {}, data).answer is None
    unfinished = {variant.key: Result.of(None) for variant in experiment.variants(data)}
    finding = conclude(experiment, unfinished, data)
    assert finding.answer is None
    assert all(variant.label in finding.text for variant in experiment.variants(data))


@pytest.mark.parametrize("experiment", EXPERIMENTS)
@pytest.mark.parametrize("shares", [(0.1,) * 6, (1.0,) * 6, (0.99, 0.98, 0.97, 0.96, 0.95, 0.94)])
@pytest.mark.parametrize("turned", [False, True])
def test_whatever_came_out_there_is_a_finding(experiment: Experiment, shares: tuple[float, ...], turned: bool) -> None:
    variants = experiment.variants("mnist")
    order = reversed(shares[: len(variants)]) if turned else shares
    finding = conclude(
        experiment, {each.key: result(share) for each, share in zip(variants, order, strict=False)}, "mnist"
    )
    assert finding.text
    assert finding.answer is None or finding.answer in range(len(experiment.choices))


def test_the_small_data_set_is_named() -> None:
    runs = {"true": result(0.9), "shuffled": result(0.1, validation=[0.1, 0.1])}
    assert "small data set" in outcome("labels", "digits", **runs)[1]
    assert "small data set" not in outcome("labels", "mnist", **runs)[1]


def test_the_cnn_bears_a_move() -> None:
    steady, falling = result(0.99, shifted=[0.99, 0.9]), result(0.96, shifted=[0.96, 0.3])
    answer, text = outcome("cnn", cnn=steady, dense=falling)
    assert answer == "The dense network"
    assert "30.0%" in text
    assert outcome("cnn", cnn=result(0.99, shifted=[0.99, 0.2]), dense=falling)[0] == "The CNN"


def test_the_activation_that_reads_least_is_the_answer() -> None:
    assert outcome("activation", relu=result(0.97), sigmoid=result(0.9), tanh=result(0.98))[0] == "Sigmoid"
    answer, text = outcome("activation", relu=result(0.5), sigmoid=result(0.9), tanh=result(0.98))
    assert answer == "ReLU"
    assert "did not come last" in text


def test_a_rate_that_breaks_the_training_is_explained() -> None:
    small, right, collapsed = result(0.3), result(0.97), result(0.1)
    answer, text = outcome("rate", small=small, right=right, large=collapsed, huge=Result(None, diverged=True))
    assert answer == "It learns nothing, or breaks"
    assert "no longer a number" in text
    assert "same answer" in text
    assert outcome("rate", small=small, right=right, large=result(0.9), huge=collapsed)[0] is None


def test_a_diverged_run_is_known_by_its_report() -> None:
    said = DIVERGED.format(epoch=1, step=10, rate="100", less="10")
    assert Result.of({"outcome": "failed", "message": said}) == Result(None, diverged=True)
    assert not Result.of({"outcome": "failed", "message": "The disk is full."}).diverged


def test_labels_by_heart_are_told_from_reading() -> None:
    true = result(0.95)
    by_heart = result(0.1, validation=[0.1, 0.11])
    assert outcome("labels", true=true, shuffled=by_heart)[0] == BY_KEY["labels"].choices[1]
    lazy = result(0.1, training=[0.1, 0.12], validation=[0.1, 0.11])
    assert outcome("labels", true=true, shuffled=lazy)[0] == BY_KEY["labels"].choices[0]


def test_the_best_remedy_is_named_with_its_figures() -> None:
    runs = {key: result(0.93) for key in ("plain", "dropout", "decay", "augmentation")}
    answer, text = outcome("overfitting", **runs, more=result(0.98))
    assert answer == "Ten times as many pictures"
    assert "5.0 points more" in text
    assert "With weight decay: 93.0% of the test pictures, a gap of 6.0 points" in text
    assert outcome("overfitting", **{**runs, "dropout": result(0.97)}, more=result(0.96))[0] == "Dropout"
    assert outcome("overfitting", **{**runs, "plain": result(0.99)}, more=result(0.96))[0] is None


def test_gap_and_rise_are_those_of_the_last_epoch() -> None:
    curve = result(0.9, training=[0.5, 1.0], validation=[0.8, 0.7], validation_loss=[0.5, 0.2, 0.9])
    assert gap(curve) == pytest.approx(0.3)
    assert loss_rise(curve) == pytest.approx(0.7)


def test_shuffled_labels_are_learned_by_heart_in_a_real_run(digits: DataSet) -> None:
    small = ModelConfig(filters=(8,), dense_units=64)
    results = {}
    for variant in BY_KEY["labels"].variants("digits"):
        config = variant.train.model_copy(update={"train_images": 200, "epochs": 60, "learning_rate": 5e-3})
        *_, finished = train(small, config, digits)
        assert isinstance(finished, Finished)
        results[variant.key] = Result.of(finished.checkpoint.metrics)
    finding = conclude(BY_KEY["labels"], results, "digits")
    assert finding.answer == 1
    assert results["shuffled"].training[-1] > 0.7
    assert results["shuffled"].validation[-1] < 0.3
    assert results["true"].validation[-1] > 0.7

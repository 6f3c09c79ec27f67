"""The texts of the guided experiments: complete, and true to the outcomes."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from model.experiments.all_experiments import EXPERIMENTS
from model.experiments.experiment import Data, Experiment, Outcome
from tests.model.experiments.outcomes import outcome
from ui.train.experiments.all_texts import TEXTS, conclusion

BY_KEY = {experiment.key: experiment for experiment in EXPERIMENTS}


def concluded(key: str, data: Data = "mnist", **outcomes: Outcome) -> tuple[str | None, str]:
    return conclusion(BY_KEY[key], outcomes, data)


@pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda each: each.key)
def test_every_choice_and_every_variant_has_a_text_of_its_own(experiment: Experiment) -> None:
    texts = TEXTS[experiment.key]
    assert texts.question.endswith("?")
    assert tuple(texts.choices) == experiment.choices
    assert len({*texts.choices.values()}) == len(texts.choices)
    for data in get_args(Data):
        labels = texts.labels(data)
        assert list(labels) == [variant.key for variant in experiment.variants(data)]
        assert len({*labels.values()}) == len(labels)


@pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda each: each.key)
def test_any_outcomes_have_an_explanation(experiment: Experiment) -> None:
    keys = [variant.key for variant in experiment.variants("mnist")]
    for accuracies in ((0.1,) * 6, (1.0,) * 6, (0.99, 0.98, 0.97, 0.96, 0.95, 0.94)):
        for order in (keys, keys[::-1]):
            outcomes = {key: outcome(each) for key, each in zip(order, accuracies, strict=False)}
            assert conclusion(experiment, outcomes, "mnist")[1]
            moved = {key: replace(each, shifted=[each.accuracy, 0.1]) for key, each in outcomes.items()}
            assert conclusion(experiment, moved, "mnist")[1]


@pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda each: each.key)
def test_incomplete_runs_are_named(experiment: Experiment) -> None:
    choice, text = conclusion(experiment, {}, "mnist")
    assert choice is None
    assert all(label in text for label in TEXTS[experiment.key].labels("mnist").values())


def test_the_small_data_set_is_named() -> None:
    runs = {"true": outcome(0.9), "shuffled": outcome(0.1, validation=[0.1, 0.1])}
    assert "small data set" in concluded("labels", "digits", **runs)[1]
    assert "small data set" not in concluded("labels", "mnist", **runs)[1]


def test_the_moved_pictures_are_named_with_their_accuracies() -> None:
    cnn, dense = outcome(0.99, shifted=[0.99, 0.9]), outcome(0.96, shifted=[0.96, 0.3])
    text = concluded("cnn", cnn=cnn, dense=dense)[1]
    assert "Moved by 4 pixels, the CNN still reads 90.0% and the dense network 30.0%." in text
    assert "same stroke everywhere" in text
    assert "Moved by" not in concluded("cnn", cnn=outcome(0.99), dense=outcome(0.9))[1]


def test_the_sigmoid_is_explained_only_where_it_was_last() -> None:
    last = concluded("activation", relu=outcome(0.97), sigmoid=outcome(0.9), tanh=outcome(0.98))[1]
    assert last.startswith("At the end: Tanh 98.0%, ReLU 97.0%, Sigmoid 90.0%.")
    assert "1/256" in last
    better = concluded("activation", relu=outcome(0.5), sigmoid=outcome(0.9), tanh=outcome(0.98))[1]
    assert "was not the worst" in better


def test_too_large_rates_are_explained_by_what_happened() -> None:
    usual = {"small": outcome(0.3), "right": outcome(0.97)}
    broken = concluded("rate", **usual, large=outcome(0.1), huge=Outcome(None, diverged=True))[1]
    assert "With 100 every step is far too long" in broken
    assert "With 0.1 the first steps change the weights so much" in broken
    assert "With 0.1 it still reads 90.0%" in concluded("rate", **usual, large=outcome(0.9), huge=outcome(0.1))[1]


def test_every_remedy_is_named_with_its_accuracy_and_gap() -> None:
    runs = {key: outcome(0.93) for key in ("plain", "dropout", "decay", "augmentation")}
    text = concluded("overfitting", **runs, more=outcome(0.98))[1]
    assert "- With weight decay: 93.0% of the test pictures, a gap of 6.0 points\n" in text
    assert "5.0 points more on the test set than without any remedy" in text
    assert (
        "Here dropout did best" in concluded("overfitting", **{**runs, "dropout": outcome(0.97)}, more=outcome(0.96))[1]
    )


def test_the_price_of_no_pooling_is_named() -> None:
    large = outcome(0.97, parameters=5000, seconds=30.0)
    text = concluded("pooling", max=outcome(0.96), average=outcome(0.965), none=large)[1]
    assert "5,000 parameters instead of 1,000, 5 times as many, and the training took 3.0 times as long" in text
    assert "It gains 0.5 points here" in text

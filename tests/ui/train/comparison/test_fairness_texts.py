"""The verdict on a comparison in words."""

from __future__ import annotations

from typing import Any

import pytest

from model.comparison.fairness import Fairness, PictureDifference, Verdict
from model.comparison.initial_weights import InitialWeights
from ui.train.comparison.fairness_texts import fact_sentences, verdict_sentence

SAME = InitialWeights(("conv1", "output"), (), ())


def fairness(verdict: Verdict = Verdict.FAIR, **changes: Any) -> Fairness:
    usual: dict[str, Any] = {
        "changed": ("dropout",),
        "initial_weights": (SAME,),
        "picture_difference": None,
        "same_batch_size": True,
        "same_labels": True,
        "devices": ("cpu",),
    }
    return Fairness(verdict, **{**usual, **changes})


def test_every_verdict_is_one_sentence_with_its_settings() -> None:
    sentences = {verdict_sentence(fairness(verdict)) for verdict in Verdict}
    assert len(sentences) == len(Verdict)
    assert all(sentence.endswith(".") and "{" not in sentence for sentence in sentences)
    assert verdict_sentence(fairness()) == "A fair experiment: only one setting differs (dropout)."
    several = verdict_sentence(fairness(Verdict.SEVERAL_SETTINGS, changed=("dropout", "optimizer")))
    assert several.startswith("Not a fair experiment: 2 settings differ (dropout and optimizer)")


@pytest.mark.parametrize(
    ("weights", "sentence"),
    [
        ((SAME, SAME), "B and C begin with the same weights as A in every layer, number for number."),
        (
            (InitialWeights(("conv1",), ("conv2", "dense"), ("output",)),),
            "B begins with the same weights as A in conv1. The weights of conv2 and dense cannot be the same, because "
            "the sizes differ. The weights of output are other random numbers.",
        ),
        (
            (InitialWeights((), (), ("dense",)),),
            "B begins with other weights than A. The weights of dense are other random numbers.",
        ),
        ((None,), "It is unknown whether B began with the same weights as A: a snapshot of the start is missing."),
    ],
)
def test_the_initial_weights_are_described(weights: tuple[InitialWeights | None, ...], sentence: str) -> None:
    assert fact_sentences(fairness(initial_weights=weights)) == [
        sentence,
        "They see the same batches in the same order.",
    ]


def test_runs_with_other_initial_weights_have_sentences_of_their_own() -> None:
    first, second, _batches = fact_sentences(fairness(initial_weights=(SAME, None)))
    assert first.startswith("B begins with the same weights")
    assert "whether C began" in second


@pytest.mark.parametrize(
    ("facts", "end"),
    [
        ({"same_batch_size": False}, "same pictures in the same order, cut into batches of different sizes."),
        ({"same_labels": False}, "same batches in the same order, but not with the same labels."),
        ({"same_batch_size": False, "same_labels": False}, "and cut into batches of different sizes."),
        ({"picture_difference": PictureDifference.DATA_SET}, "they use different data sets."),
        ({"picture_difference": PictureDifference.SEED}, "their seeds differ."),
        ({"picture_difference": PictureDifference.COUNT}, "they train on different numbers of pictures."),
    ],
)
def test_the_pictures_are_described(facts: dict[str, Any], end: str) -> None:
    assert fact_sentences(fairness(**facts))[1].endswith(end)


def test_different_devices_are_named() -> None:
    *_, last = fact_sentences(fairness(devices=("cpu", "cuda:0")))
    assert last == "They ran on different devices (cpu and cuda:0), so their times cannot be compared."

"""Experiment: a network with few training pictures, and four remedies against overfitting."""

from __future__ import annotations

from dataclasses import dataclass

from model.experiments.experiment import Data, Experiment, Finding, Outcomes, Variant, ranked
from model.experiments.recipes import few_pictures
from model.network.config import ModelConfig

REMEDIES = ("dropout", "decay", "augmentation", "more")

FEW = {"mnist": 1_000, "digits": 400}
"""Training pictures of every run except the last."""

MANY = {"mnist": 10_000, "digits": 1_035}
"""Training pictures of the last run."""

_WITH_VALIDATION = {"mnist": (11_000, 1 / 11), "digits": (60_000, 0.28)}
"""(all pictures, validation share): with these settings, MANY pictures remain for training."""

_AUGMENTATION = {"rotation": 10.0, "shift": 2.0, "scale": 0.1, "shear": 8.0, "elastic": 0.5, "thickness": 1.0}


@dataclass(frozen=True)
class OverfittingFinding(Finding):
    """best: the key of the variant with the highest test accuracy. gain: accuracy of `more` minus that of `plain`."""

    best: str
    gain: float


def variants(data: Data) -> list[Variant]:
    """Few pictures without a remedy, one run for each remedy on the same pictures, and one with many pictures.

    The last run has a quarter of the epochs, because each epoch has many more steps.
    """
    images, share = _WITH_VALIDATION[data]
    few = few_pictures(data)
    more = few_pictures(data, train_images=images, validation_share=share, epochs=few.epochs // 4)
    plain = ModelConfig()
    return [
        Variant("plain", plain, few),
        Variant("dropout", ModelConfig(dropout=0.5), few),
        Variant("decay", plain, few_pictures(data, optimizer="adamw", weight_decay=0.5)),
        Variant("augmentation", plain, few_pictures(data, **_AUGMENTATION)),
        Variant("more", plain, more),
    ]


def find(outcomes: Outcomes) -> OverfittingFinding:
    """The remedy with the highest test accuracy, if it is better than training without a remedy."""
    best = ranked(outcomes)[0]
    gain = outcomes["more"].accuracy - outcomes["plain"].accuracy
    return OverfittingFinding(None if best == "plain" else best, best, gain)


OVERFITTING = Experiment("overfitting", REMEDIES, variants, find)

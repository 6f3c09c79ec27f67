"""Experiment: four learning rates from far too small to far too large."""

from __future__ import annotations

from model.experiments.experiment import COLLAPSED, Data, Experiment, Finding, Outcomes, Variant
from model.experiments.recipes import many_pictures
from model.network.config import ModelConfig

RATES = {"small": 1e-6, "right": 1e-3, "large": 0.1, "huge": 100.0}
TOO_LARGE = ("large", "huge")


def variants(data: Data) -> list[Variant]:
    """One run for each rate."""
    return [Variant(key, ModelConfig(), many_pictures(data, learning_rate=rate)) for key, rate in RATES.items()]


def find(outcomes: Outcomes) -> Finding:
    """Checks two facts: a rate that is too large learned nothing, and the right rate was better than the small rate."""
    broken = all(outcomes[key].accuracy < COLLAPSED for key in TOO_LARGE)
    return Finding("breaks" if broken and outcomes["right"].accuracy > outcomes["small"].accuracy else None)


LEARNING_RATE = Experiment("rate", ("breaks", "faster", "memorizes"), variants, find)

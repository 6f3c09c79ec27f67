"""Experiment: maximum pooling, average pooling, and no pooling."""

from __future__ import annotations

from dataclasses import dataclass

from model.experiments.experiment import Data, Experiment, Finding, Outcomes, Variant
from model.experiments.recipes import many_pictures
from model.network.config import ModelConfig, Pooling

POOLINGS: tuple[Pooling, ...] = ("max", "average", "none")

LARGE_GAIN = 0.02
"""The smallest large difference between test accuracies. Chance alone rarely causes it on 10,000 or 360 test
pictures."""


@dataclass(frozen=True)
class PoolingFinding(Finding):
    """gain: test accuracy without pooling minus the better one with pooling, from -1 to 1.

    size_ratio, time_ratio: parameters and training time without pooling, divided by those with maximum pooling.
    """

    gain: float
    size_ratio: float
    time_ratio: float


def variants(data: Data) -> list[Variant]:
    """One run for each kind of pooling."""
    train = many_pictures(data, epochs=6 if data == "mnist" else 15)
    return [Variant(pooling, ModelConfig(pooling=pooling), train) for pooling in POOLINGS]


def find(outcomes: Outcomes) -> PoolingFinding:
    """Whether the network without pooling is much better, and how much larger and slower it is."""
    pooled, none = outcomes["max"], outcomes["none"]
    gain = none.accuracy - max(pooled.accuracy, outcomes["average"].accuracy)
    return PoolingFinding(
        "nothing" if gain < LARGE_GAIN else "accuracy",
        gain,
        size_ratio=none.parameters / max(pooled.parameters, 1),
        time_ratio=none.seconds / max(pooled.seconds, 1e-9),
    )


POOLING = Experiment("pooling", ("nothing", "accuracy"), variants, find)

"""Experiment: a network that trains on labels shuffled at random (Zhang et al. 2017)."""

from __future__ import annotations

from model.experiments.experiment import COLLAPSED, Data, Experiment, Finding, Outcomes, Variant
from model.experiments.recipes import few_pictures
from model.network.config import ModelConfig

MEMORIZED = 0.5
"""A network with a higher training accuracy on shuffled labels than this has memorized pictures."""


def variants(data: Data) -> list[Variant]:
    """The same run with true and with shuffled labels."""
    train = few_pictures(data, epochs=80)
    shuffled = train.model_copy(update={"shuffle_labels": True})
    return [Variant("true", ModelConfig(), train), Variant("shuffled", ModelConfig(), shuffled)]


def find(outcomes: Outcomes) -> Finding:
    """The result of shuffled labels: the network reads digits, memorized its pictures, or learned nothing."""
    shuffled = outcomes["shuffled"]
    if shuffled.validation and shuffled.validation[-1] >= COLLAPSED:
        return Finding("reads")
    return Finding("memorizes" if shuffled.training and shuffled.training[-1] > MEMORIZED else "nothing")


SHUFFLED_LABELS = Experiment("labels", ("nothing", "memorizes", "reads"), variants, find)

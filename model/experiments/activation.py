"""Experiment: the same network with three activation functions."""

from __future__ import annotations

from model.experiments.experiment import Data, Experiment, Finding, Outcomes, Variant, ranked
from model.experiments.recipes import many_pictures
from model.network.activations import Activation
from model.network.config import ModelConfig

FUNCTIONS: tuple[Activation, ...] = ("relu", "sigmoid", "tanh")


def variants(data: Data) -> list[Variant]:
    """One run for each function."""
    return [Variant(name, ModelConfig(activation=name), many_pictures(data)) for name in FUNCTIONS]


def find(outcomes: Outcomes) -> Finding:
    """The function with the lowest test accuracy."""
    return Finding(ranked(outcomes)[-1])


ACTIVATION = Experiment("activation", FUNCTIONS, variants, find)

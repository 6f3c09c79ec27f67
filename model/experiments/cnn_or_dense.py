"""Experiment: a CNN and a dense network with as many parameters, tested on moved pictures."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from model.experiments.experiment import Data, Experiment, Finding, Outcomes, Variant
from model.experiments.recipes import many_pictures
from model.network.config import ModelConfig

SHIFTS = (0, 1, 2, 3, 4)
"""Pixels by which the test pictures are moved."""


class Comparison(Enum):
    """The result of the CNN compared with the dense network."""

    NOT_MOVED = auto()
    """The accuracies on moved pictures were not measured."""
    NOT_BETTER = auto()
    """Its test accuracy is not higher."""
    LESS_STABLE = auto()
    """Its test accuracy is higher, but it loses at least as much when the pictures are moved."""
    BETTER = auto()
    """Its test accuracy is higher, and it loses less when the pictures are moved."""


@dataclass(frozen=True)
class CnnFinding(Finding):
    """The supported choice and the comparison behind it."""

    comparison: Comparison


def variants(data: Data) -> list[Variant]:
    """The default CNN and the dense network."""
    train = many_pictures(data, **({"train_images": 20_000, "validation_share": 0.05} if data == "mnist" else {}))
    return [Variant("cnn", ModelConfig(), train), Variant("dense", _dense_of_same_size(), train)]


def find(outcomes: Outcomes) -> CnnFinding:
    """Which network loses more accuracy when the pictures are moved."""
    cnn, dense = outcomes["cnn"], outcomes["dense"]
    better = cnn.accuracy > dense.accuracy
    if not cnn.shifted or not dense.shifted:
        return CnnFinding("dense" if better else None, Comparison.NOT_MOVED)
    if not better:
        return CnnFinding("both", Comparison.NOT_BETTER)
    cnn_loss, dense_loss = (each.shifted[0] - each.shifted[-1] for each in (cnn, dense))
    if cnn_loss >= dense_loss:
        return CnnFinding("cnn", Comparison.LESS_STABLE)
    return CnnFinding("dense", Comparison.BETTER)


def _dense_of_same_size() -> ModelConfig:
    """The dense network whose number of parameters is closest to that of the default CNN."""
    wanted = ModelConfig().parameters
    sizes = (ModelConfig(filters=(), dense_units=units) for units in range(1, 513))
    return min(sizes, key=lambda model: abs(model.parameters - wanted))


CNN_OR_DENSE = Experiment("cnn", ("dense", "cnn", "both"), variants, find, shifts=True)

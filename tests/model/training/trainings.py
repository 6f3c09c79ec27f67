"""Short trainings for the tests of this folder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import Tensor, equal

from model.data.datasets import DataSet
from model.network.config import ModelConfig
from model.network.train_config import TrainConfig
from model.training.evaluation import Score
from model.training.events import EpochEnd, Event, Finished
from model.training.loop import train
from tests.conftest import QUICK, SMALL_NETWORK

WITHOUT_AUGMENTATION = {"rotation": 0.0, "shift": 0.0, "scale": 0.0, "shear": 0.0}
"""Two epochs of these settings are enough to learn the offline digits."""


def settings(**values: Any) -> TrainConfig:
    """One epoch of the offline digits."""
    return TrainConfig(**{**QUICK, "epochs": 1, **values})


def brief(**values: Any) -> TrainConfig:
    """A training of a few steps."""
    return settings(**{"train_images": 200, "batch_size": 50, **values})


def run(config: TrainConfig, data: DataSet, network: ModelConfig = SMALL_NETWORK) -> list[Event]:
    """All events of a training."""
    return list(train(network, config, data))


def finish(config: TrainConfig, data: DataSet, network: ModelConfig = SMALL_NETWORK) -> Finished:
    """The last event of a training."""
    return finished_of(run(config, data, network))


def finished_of(events: list[Event]) -> Finished:
    finished = events[-1]
    assert isinstance(finished, Finished)
    return finished


def epochs_of(events: list[Event]) -> list[EpochEnd]:
    return [event for event in events if isinstance(event, EpochEnd)]


def same_weights(one: Mapping[str, Tensor], other: Mapping[str, Tensor]) -> bool:
    return all(equal(one[name], other[name]) for name in one)


def without_times(metrics: Mapping[str, Any]) -> dict[str, Any]:
    """The metrics without the figures that differ from run to run."""
    history = [{name: value for name, value in epoch.items() if name != "seconds"} for epoch in metrics["history"]]
    return {name: value for name, value in metrics.items() if name != "train_seconds"} | {"history": history}


def assert_same_score(one: Score, other: Score) -> None:
    """The scores of the same weights; another memory layout rounds differently, which may change one answer."""
    assert one.count == other.count
    assert abs(one.accuracy - other.accuracy) < 1.5 / one.count
    assert abs(one.loss - other.loss) < 1e-3 * one.loss

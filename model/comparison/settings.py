"""The settings of several runs side by side, and which of them differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from model.network.config import ModelConfig
from model.network.train_config import TrainConfig
from model.runs.folder import RunSettings


@dataclass(frozen=True)
class ComparedSetting:
    """One setting with its value in each run; None if the setting has no effect in that run.

    field: its name in ModelConfig or TrainConfig. One kernel size for all layers is a tuple of one number.
    """

    field: str
    values: tuple[Any, ...]

    @property
    def differs(self) -> bool:
        """Whether two runs in which the setting has an effect have different values."""
        return len({value for value in self.values if value is not None}) > 1


def compare_settings(runs: Sequence[RunSettings]) -> list[ComparedSetting]:
    """All settings, first those of the network, in the order of the two config classes."""
    fields = [*ModelConfig.model_fields, *TrainConfig.model_fields]
    return [ComparedSetting(field, tuple(_value(run, field) for run in runs)) for field in fields]


def _value(settings: RunSettings, field: str) -> Any:
    model, train = settings.model, settings.train
    if field in ("kernel_size", "pooling", "batch_norm") and not model.filters:
        return None
    if field == "momentum" and train.optimizer != "sgd":
        return None
    if field == "kernel_size" and len(set(model.kernel_size)) == 1:
        return model.kernel_size[:1]
    return getattr(model if field in ModelConfig.model_fields else train, field)

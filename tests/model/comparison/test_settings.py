"""Which settings of several runs differ."""

from __future__ import annotations

from typing import Any

from model.comparison.settings import ComparedSetting, compare_settings
from model.network.config import ModelConfig
from model.network.train_config import TrainConfig
from model.runs.folder import RunSettings


def setting(field: str, *runs: tuple[dict[str, Any], dict[str, Any]]) -> ComparedSetting:
    settings = [RunSettings(model=ModelConfig(**model), train=TrainConfig(**train)) for model, train in runs]
    return next(each for each in compare_settings(settings) if each.field == field)


def test_every_setting_is_there_once_in_order() -> None:
    fields = [each.field for each in compare_settings([RunSettings(model=ModelConfig(), train=TrainConfig())])]
    assert fields == [*ModelConfig.model_fields, *TrainConfig.model_fields]


def test_a_different_value_differs() -> None:
    dropout = setting("dropout", ({}, {}), ({"dropout": 0.5}, {}))
    assert dropout.values == (0.0, 0.5)
    assert dropout.differs


def test_one_kernel_size_for_all_layers_is_one_value() -> None:
    assert not setting("kernel_size", ({"filters": (8,)}, {}), ({"filters": (8, 8)}, {})).differs
    assert setting("kernel_size", ({}, {}), ({"kernel_size": (5, 3, 3)}, {})).values == ((3,), (5, 3, 3))


def test_a_setting_without_effect_has_no_value_and_does_not_differ() -> None:
    momentum = setting("momentum", ({}, {"optimizer": "adam"}), ({}, {"optimizer": "sgd"}))
    assert momentum.values == (None, 0.9)
    assert not momentum.differs
    for field in ("kernel_size", "pooling", "batch_norm"):
        assert setting(field, ({"filters": ()}, {}), ({}, {})).values[0] is None

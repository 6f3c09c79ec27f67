"""Names and values of settings on the screen."""

from __future__ import annotations

from typing import Any

import pytest

from model.network.config import ModelConfig
from model.network.train_config import TrainConfig
from ui.train.comparison.setting_texts import ABSENT, setting_name, setting_text


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("kernel_size", (3,), "3x3"),
        ("kernel_size", (5, 3, 3), "5x5, 3x3, 3x3"),
        ("filters", (), "none, dense only"),
        ("filters", (32, 64, 64), "32, 64, 64"),
        ("pooling", None, ABSENT),
        ("pooling", "max", "max"),
        ("batch_norm", True, "yes"),
        ("learning_rate", 0.001, "0.001"),
        ("train_images", 60_000, "60,000"),
        ("validation_share", 0.05, "5%"),
        ("rotation", 7.5, "7.5°"),
        ("shift", 2.0, "2 px"),
    ],
)
def test_a_value_has_its_unit(field: str, value: Any, text: str) -> None:
    assert setting_text(field, value) == text


def test_every_setting_has_a_name_of_its_own_and_its_default_a_text() -> None:
    defaults = {**dict(ModelConfig()), **dict(TrainConfig())}
    assert len({setting_name(field) for field in defaults}) == len(defaults)
    assert all(setting_text(field, value) for field, value in defaults.items())
    assert setting_name("rotation") == "Augmentation: rotation"

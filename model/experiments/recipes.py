"""The training settings that the experiments share."""

from __future__ import annotations

from typing import Any

from model.experiments.experiment import Data
from model.network.train_config import TrainConfig

_PLAIN: dict[str, Any] = {
    "averaging": 0.0,
    "label_smoothing": 0.0,
    "rotation": 0.0,
    "shift": 0.0,
    "scale": 0.0,
    "aspect": 0.0,
    "shear": 0.0,
    "elastic": 0.0,
    "thickness": 0.0,
}
"""No regularization and no augmentation, so that only the setting of the experiment has an effect."""


def many_pictures(data: Data, **changes: Any) -> TrainConfig:
    """10,000 pictures of MNIST, 1,000 of them for validation; or the whole small data set with more epochs."""
    mnist = {"train_images": 10_000, "validation_share": 0.1, "epochs": 5}
    digits = {"train_images": 60_000, "validation_share": 0.2, "epochs": 15, "batch_size": 32}
    return _plain(data, **{**(mnist if data == "mnist" else digits), **changes})


def few_pictures(data: Data, **changes: Any) -> TrainConfig:
    """1,000 pictures of MNIST for training and 1,000 for validation; 400 and 400 of the small data set."""
    mnist = {"train_images": 2_000, "validation_share": 0.5, "epochs": 44}
    digits = {"train_images": 800, "validation_share": 0.5, "epochs": 40, "batch_size": 32}
    return _plain(data, **{**(mnist if data == "mnist" else digits), **changes})


def _plain(data: Data, **changes: Any) -> TrainConfig:
    return TrainConfig(**{**_PLAIN, "data": data, "seed": 1, **changes})

"""The fields of ModelConfig and TrainConfig in the form: groups, titles, help texts, bounds and slider steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast, get_args, get_origin

from pydantic.fields import FieldInfo

from model.language import N_, _
from model.network.config import ModelConfig
from model.network.train_config import TrainConfig

FIELDS: dict[str, FieldInfo] = {**ModelConfig.model_fields, **TrainConfig.model_fields}

SHORT_FORM = ("train_images", "epochs", "learning_rate", "batch_size", "dropout")
"""The fields for beginners. The number of layers, and the fields of each layer, are in the short form too."""

PER_LAYER = ("filters", "kernel_size")
"""The fields that have a value for each convolutional layer."""

GROUPS: dict[str, tuple[str, ...]] = {
    N_("Network"): ("activation", "pooling", "batch_norm", "dense_units"),
    N_("Training"): ("optimizer", "momentum", "weight_decay", "schedule", "label_smoothing", "averaging"),
    N_("Augment"): ("rotation", "shift", "scale", "aspect", "shear", "elastic", "thickness"),
}
"""All other fields. The last group has those that no other group has."""

GROUPS[N_("Run")] = tuple(
    name
    for name in FIELDS
    if name not in {*SHORT_FORM, *PER_LAYER, *(name for group in GROUPS.values() for name in group)}
)

_MAX_SLIDER = 10_000
"""A whole number that can be greater gets a field to type it, because a slider would be too coarse."""


def bounds(field: FieldInfo) -> tuple[Any, Any]:
    """The least and the greatest value of a field with a number; for a field with a list, those of one element."""
    if get_origin(field.annotation) is tuple:
        field = cast("FieldInfo", get_args(get_args(field.annotation)[0])[1])
    return _limit(field, "ge", None), _limit(field, "le", None)


def layer_bounds() -> tuple[int, int]:
    """The least and the greatest number of convolutional layers."""
    filters = ModelConfig.model_fields["filters"]
    return _limit(filters, "min_length", 0), _limit(filters, "max_length", 0)


def _limit(field: FieldInfo, name: str, default: Any) -> Any:
    return next((getattr(limit, name) for limit in field.metadata if hasattr(limit, name)), default)


def label_of(name: str) -> str:
    """The title of a field in the reader's language."""
    return _(str(FIELDS[name].title))


def help_of(name: str) -> str:
    """The description of a field in the reader's language."""
    return _(str(FIELDS[name].description))


def layer_default(name: str, layer: int) -> int:
    """The default of a layer, counted from 1. The default network has three layers; a fourth one is like the third."""
    defaults: tuple[int, ...] = FIELDS[name].default
    return defaults[min(layer, len(defaults)) - 1]


def is_slider(name: str) -> bool:
    """Whether the widget of the field is a slider."""
    field = FIELDS[name]
    if name in STEPS or field.annotation is float:
        return True
    return field.annotation is int and bool(bounds(field)[1] <= _MAX_SLIDER)


def slider_steps(name: str, extra: float | None = None) -> list[Any]:
    """The values of a slider with fixed steps, in order. The default and `extra`, a value of a link, are among them."""
    field = FIELDS[name]
    found = {*STEPS[name](*bounds(field)), field.default, *([] if extra is None else [extra])}
    return sorted(cast("type[float]", field.annotation)(value) for value in found)


def _decades(low: float, high: float, *digits: int) -> list[float]:
    """For the digits 1, 2, 5: 1, 2, 5, 10, 20, 50 ... from low to high, and first 0 where low is 0."""
    steps = [float(f"{digit}e{power}") for power in range(-7, 6) for digit in digits]
    return [low, *(step for step in steps if low < step < high and step >= (low or 1e-6)), high]


def _doubling(low: float, high: float) -> list[float]:
    return [low * 2**power for power in range(64) if low * 2**power <= high]


def _close_to_one(low: float, high: float) -> list[float]:
    steps = (0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9998, 0.9999)
    return [low, *(step for step in steps if low < step <= high)]


STEPS: dict[str, Callable[[float, float], list[float]]] = {
    "train_images": lambda low, high: _decades(low, high, 1, 2, 5),
    "epochs": lambda low, high: _decades(low, high, 1, 2, 3, 5, 8),
    "batch_size": _doubling,
    "learning_rate": lambda low, high: _decades(low, high, 1, 2, 5),
    "weight_decay": lambda low, high: _decades(low, high, 1, 2, 5),
    "momentum": _close_to_one,
    "averaging": _close_to_one,
}
"""Fields whose useful values cover several powers of ten, or lie close to 1. Their sliders have fixed steps."""

"""Names and values of the settings in the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from model.language import _
from model.network.config import ModelConfig, choice_name
from model.network.train_config import TrainConfig
from ui.shared.formatting import number, short_number

ABSENT = "\u2013"
"""Stands for a missing value, or for a setting without effect."""

_FIELDS = {**ModelConfig.model_fields, **TrainConfig.model_fields}
_AUGMENTATION = ("rotation", "shift", "scale", "aspect", "shear", "elastic", "thickness")


def setting_name(field: str) -> str:
    """The title of a field of ModelConfig or TrainConfig."""
    name = _(_FIELDS[field].title or field)
    return _("Augmentation: {setting}", setting=name.lower()) if field in _AUGMENTATION else name


def setting_text(field: str, value: Any) -> str:
    """A value of this field with its unit; ABSENT for None. Plain text."""
    if value is None:
        return ABSENT
    if field in _UNITS:
        return _UNITS[field](value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return f"{value:g}" if isinstance(value, float) else choice_name(str(value))


def _percent(share: float) -> str:
    return f"{short_number(100 * share)}%"


def _degrees(angle: float) -> str:
    return f"{angle:g}°"


def _pixels(length: float) -> str:
    return _("{count:g} px", count=length)


_UNITS: dict[str, Callable[[Any], str]] = {
    "kernel_size": lambda sides: ", ".join(f"{side}x{side}" for side in sides),
    "filters": lambda counts: ", ".join(map(str, counts)) or _("none, dense only"),
    "rotation": _degrees,
    "shear": _degrees,
    "shift": _pixels,
    "elastic": _pixels,
    "thickness": _pixels,
    "scale": _percent,
    "aspect": _percent,
    "validation_share": _percent,
    "train_images": number,
}

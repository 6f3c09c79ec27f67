"""The flags of the command line: one for each setting."""

from __future__ import annotations

import argparse
import typing
from typing import Any

from pydantic.fields import FieldInfo


def flag_name(field: str) -> str:
    """The flag of the setting with this name: --batch-size for batch_size."""
    return f"--{field.replace('_', '-')}"


def flag_options(field: FieldInfo) -> dict[str, Any]:
    """The arguments of add_argument for a field. Values stay text: pydantic converts and checks them."""
    kind, default = field.annotation, field.default
    shown = " ".join(map(str, default)) if isinstance(default, tuple) else default
    flag: dict[str, Any] = {
        "default": argparse.SUPPRESS,
        "help": f"{field.description} (default {shown})".replace("%", "%%"),
    }
    if kind is bool:
        flag["action"] = argparse.BooleanOptionalAction
    elif typing.get_origin(kind) is typing.Literal:
        flag["choices"] = typing.get_args(kind)
    elif typing.get_origin(kind) is tuple:
        flag["nargs"], flag["metavar"] = "*", "N"
    else:
        flag["metavar"] = "N"
    return flag

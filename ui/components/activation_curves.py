"""Graphs of activation functions and their derivatives, with a point that can be moved along them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch

from model.language import _
from model.theory.activations import NAMES, value_and_derivative
from ui.components import register

REACH = 5.0
"""The curves run from -REACH to REACH."""

_STEPS_PER_UNIT = 20
_component = register("activation_curves")


def activation_curves(functions: Sequence[str], *, key: str) -> None:
    """Draw the functions, by their names in `NAMES`, with the tangent at a point that moves by mouse, touch or keys.

    The point stops 20 times per unit, at places whose values are computed here by torch.
    """
    count = round(2 * REACH * _STEPS_PER_UNIT) + 1
    z = torch.linspace(-REACH, REACH, count, dtype=torch.float64)
    data = {"x": _rounded(z), "curves": [_curve(name, z) for name in functions]}
    _component(data=data, key=key)


def _curve(name: str, z: torch.Tensor) -> Mapping[str, object]:
    value, derivative = value_and_derivative(name, z)
    style = list(NAMES).index(name)  # so that a function has the same colour beside any others
    return {"name": _(NAMES[name]), "style": style, "value": _rounded(value), "slope": _rounded(derivative)}


def _rounded(values: torch.Tensor) -> list[float]:
    return [round(value, 4) + 0.0 for value in values.tolist()]  # + 0.0: no -0.0

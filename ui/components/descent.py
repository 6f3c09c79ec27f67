"""A loss surface of two parameters, and the paths of SGD, momentum and Adam from a point that the student chooses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import streamlit as st

from model.language import _
from model.theory.overfitting.descent import (
    BETAS,
    DIVERGENCE_LIMIT,
    EPSILON,
    HEIGHT,
    OPTIMIZERS,
    STEPS,
    WIDTH,
    Point,
    Surface,
)
from ui.components import register

RATES = (*(float(f"{step}e{power}") for power in range(-3, 0) for step in (1, 2, 3, 5, 7)), 1.0, 1.5, 2.0, 3.0)
MOMENTA = (0.0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99)
"""The values of the two sliders."""

_component = register("descent", styles=("buttons",))


@dataclass(frozen=True)
class Choice:
    """start: where the paths begin, inside the map. rate: learning rate, one of RATES. momentum: one of MOMENTA."""

    start: Point
    rate: float = 0.1
    momentum: float = 0.9


def descent(surface: Surface, choice: Choice, *, key: str, on_choice: Callable[[], None]) -> None:
    """Show the surface with the paths for `choice`. The student changes the choice in the browser.

    `on_choice` is called 0.25 s after the last change; there `choice_of(key)` returns the new choice. A new surface
    starts at `choice.start`; rate and momentum stay as they are in the browser.
    """
    names = {"sgd": _("SGD"), "momentum": _("Momentum"), "adam": _("Adam")}
    data = {
        "surface": asdict(surface),
        "width": WIDTH,
        "height": HEIGHT,
        "steps": STEPS,
        "lost": DIVERGENCE_LIMIT,
        "betas": BETAS,
        "epsilon": EPSILON,
        "rates": RATES,
        "momenta": MOMENTA,
        "choice": asdict(choice),
        "methods": [{"key": method, "name": names[method]} for method in OPTIMIZERS],
    }
    _component(data=data, key=key, on_choice_change=on_choice)


def choice_of(key: str) -> tuple[str, Choice] | None:
    """The surface's key and the choice that the browser has sent; None if they are not valid."""
    sent: Any = st.session_state.get(key)
    found = sent.get("choice") if sent is not None else None
    if not isinstance(found, dict):
        return None
    start: Any = found.get("start")
    rate, momentum = found.get("rate"), found.get("momentum")
    if (
        not isinstance(found.get("surface"), str)
        or not _is_place(start)
        or rate not in RATES
        or momentum not in MOMENTA
    ):
        return None
    return found["surface"], Choice((float(start[0]), float(start[1])), float(rate), float(momentum))


def _is_place(start: Any) -> bool:
    if not isinstance(start, list) or len(start) != 2:
        return False
    limits = (WIDTH, HEIGHT)
    return all(
        isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= limit
        for value, limit in zip(start, limits, strict=True)
    )

"""The activation functions of the lesson, and the control to choose some of them."""

from __future__ import annotations

from dataclasses import dataclass, field

import streamlit as st

from model.language import _
from model.theory.activations import NAMES
from ui.learn.controls import set_value, value_of
from ui.learn.formulas import ACTIVATION
from ui.learn.seeds import Seed

LESSON = ("relu", "leaky_relu", "gelu", "sigmoid", "tanh")
"""The functions that the lesson compares."""

_KEY = "activations_shown"


@dataclass
class ActivationsState:
    """weights: the seed of the random weights in the stack of layers."""

    weights: Seed = field(default_factory=Seed)


def choose_functions() -> list[str]:
    """The functions to draw; if none is chosen, those of LESSON."""
    kept = value_of(_KEY)
    known = [name for name in NAMES if isinstance(kept, list) and name in kept]
    functions = known or list(LESSON)
    set_value(_KEY, functions)
    st.pills(
        _("Functions"),
        list(NAMES),
        selection_mode="multi",
        format_func=lambda name: _(NAMES[name]),
        key=_KEY,
        persist_state="session",
    )
    return functions


def written_formulas(functions: list[str]) -> str:
    """Markdown: each function with its formula."""
    return " \u2003 ".join(f"{_(NAMES[name])}: ${ACTIVATION[name]}$" for name in functions)

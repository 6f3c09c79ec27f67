"""Today's limits, each with the page of this app that shows it."""

from __future__ import annotations

import streamlit as st

from model.language import N_, _
from ui.shared.menu import link_to

LIMITS: tuple[tuple[str, str, str, str, str, dict[str, str] | None], ...] = (
    (
        N_("Data"),
        "database",
        N_(
            "A network knows its training pictures and what is like them. What they never showed, it cannot know; "
            "what they showed wrongly, it learns wrongly."
        ),
        "pages/train/retrain.py",
        N_("Retrain without augmentation"),
        {"rotation": "0", "shift": "0", "scale": "0", "aspect": "0", "shear": "0", "elastic": "0", "thickness": "0"},
    ),
    (
        N_("Overfitting"),
        "school",
        N_("It can learn its pictures by heart, even with labels drawn by lot, and look perfect while it does."),
        "pages/train/experiments.py",
        N_("What does it learn from shuffled labels?"),
        {"experiment": "labels"},
    ),
    (
        N_("Interpretability"),
        "psychology_alt",
        N_(
            "Nobody wrote down its rules. One can ask which pixels mattered, or what a filter looks for, and every "
            "method gives a part of the answer."
        ),
        "pages/inside/filters.py",
        N_("What the filters look for"),
        None,
    ),
    (
        N_("Compute"),
        "memory",
        N_("Each pixel costs multiplications, each weight memory, and training costs every picture many times over."),
        "pages/train/experiments.py",
        N_("What pooling saves"),
        {"experiment": "pooling"},
    ),
)


def limits() -> None:
    """Four fields in a row, or two."""
    with st.container(key="world_limits"):
        for title, icon, text, script, label, query in LIMITS:
            with st.container(border=True, key=f"world_limit_{icon}"):
                st.markdown(f":material/{icon}: **{_(title)}**")
                st.markdown(_(text))
                link_to(script, label=_(label), query=query)

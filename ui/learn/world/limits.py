"""The limits of CNNs today, each with a link to a page of this app that shows it."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st

from model.language import N_, _
from ui.shared.menu import link_to


class Limit(NamedTuple):
    """One limit. title, text, label: to be translated. script, query: the page that `label` links to."""

    title: str
    icon: str
    text: str
    script: str
    label: str
    query: dict[str, str] | None = None


LIMITS = (
    Limit(
        N_("Data"),
        "database",
        N_(
            "A network knows its training pictures and similar ones. It cannot know what they do not show, and it "
            "learns their mistakes."
        ),
        "pages/train/retrain.py",
        N_("Retrain without augmentation"),
        {"rotation": "0", "shift": "0", "scale": "0", "aspect": "0", "shear": "0", "elastic": "0", "thickness": "0"},
    ),
    Limit(
        N_("Overfitting"),
        "school",
        N_(
            "A network can learn its training pictures by heart, even if their labels are shuffled at random. On these "
            "pictures it then looks perfect."
        ),
        "pages/train/experiments.py",
        N_("What does it learn from shuffled labels?"),
        {"experiment": "labels"},
    ),
    Limit(
        N_("Interpretability"),
        "psychology_alt",
        N_(
            "Nobody wrote down the rules of a network. There are methods to find out which pixels mattered, or what a "
            "filter detects, but each method gives only a part of the answer."
        ),
        "pages/inside/filters.py",
        N_("What the filters look for"),
    ),
    Limit(
        N_("Compute"),
        "memory",
        N_("Each pixel costs multiplications, each weight costs memory, and training reads every picture many times."),
        "pages/train/experiments.py",
        N_("What pooling saves"),
        {"experiment": "pooling"},
    ),
)


def limits() -> None:
    """A card for each limit."""
    with st.container(key="world_limits"):
        for limit in LIMITS:
            with st.container(border=True, key=f"world_limit_{limit.icon}"):
                st.markdown(f":material/{limit.icon}: **{_(limit.title)}**")
                st.markdown(_(limit.text))
                link_to(limit.script, label=_(limit.label), query=limit.query)

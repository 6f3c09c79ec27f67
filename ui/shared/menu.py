"""The app's pages, once: their sections, scripts, titles, icons and help, for the menu and for links between pages."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from model.language import N_, _


class Entry(NamedTuple):
    """One page; title and help are to be translated where they are shown."""

    script: str
    title: str
    icon: str
    help: str


LESSONS = (
    Entry(
        "pages/learn/neurons.py",
        N_("Neurons"),
        "hub",
        N_("A neuron with every number in your hands, layers of them, and one step of learning."),
    ),
    Entry(
        "pages/learn/convolution.py",
        N_("Convolution"),
        "filter_center_focus",
        N_("Slide a kernel: over a curve, over your digit, over the maps of the network."),
    ),
    Entry(
        "pages/learn/pooling.py",
        N_("Pooling"),
        "compress",
        N_("The largest or the mean of a window, and what a shift of one pixel changes."),
    ),
    Entry(
        "pages/learn/activations.py",
        N_("Activations"),
        "show_chart",
        N_("Bends that make a network more than one matrix, and why gradients vanish."),
    ),
    Entry(
        "pages/learn/cnn.py",
        N_("The whole CNN"),
        "layers",
        N_("All layers together: sizes, parameters, multiplications, and the pictures that it learns from."),
    ),
    Entry(
        "pages/learn/overfitting.py",
        N_("Overfitting"),
        "trending_down",
        N_("Loss, optimizers, epochs and batches; dropout and augmentation; learning by heart."),
    ),
    Entry(
        "pages/learn/world.py",
        N_("In the world"),
        "public",
        N_("Where CNNs are used and where they fail, and three questions with experiments that answer them."),
    ),
)
"""The lessons in the order in which they build on each other."""

SECTIONS: dict[str, tuple[Entry, ...]] = {
    N_("Draw"): (
        Entry(
            "pages/draw/draw.py",
            N_("Draw a digit"),
            "draw",
            N_("Draw a digit, see the network read it, and follow your ink through the preprocessing."),
        ),
    ),
    N_("Learn"): LESSONS,
    N_("Inside"): (
        Entry(
            "pages/inside/feature_maps.py",
            N_("Feature maps"),
            "visibility",
            N_("Every layer at work on your digit, down to the arithmetic of a single number."),
        ),
        Entry(
            "pages/inside/filters.py",
            N_("Filters"),
            "grid_view",
            N_("What each filter has learned to look for, and what the network loses without it."),
        ),
        Entry(
            "pages/inside/why.py",
            N_("Why?"),
            "psychology_alt",
            N_("Which parts of your digit decided the answer, and what would change it."),
        ),
        Entry(
            "pages/inside/network.py",
            N_("The network"),
            "account_tree",
            N_("Layers, sizes and parameters of the chosen network, and how it was trained."),
        ),
    ),
    N_("Train"): (
        Entry(
            "pages/train/retrain.py",
            N_("Retrain"),
            "tune",
            N_("Train a network of your own with sliders, and watch it learn."),
        ),
        Entry(
            "pages/train/compare.py",
            N_("Compare runs"),
            "compare_arrows",
            N_("Training runs next to each other, and a walk through the snapshots of one."),
        ),
        Entry(
            "pages/train/experiments.py",
            N_("Experiments"),
            "science",
            N_("Questions about networks: predict, let the runs decide, and compare."),
        ),
    ),
}


def navigation() -> StreamlitPage:
    """The menu in the reader's language; returns the page to run. The first page of all is where the app opens."""
    pages = {
        _(section): [
            st.Page(
                entry.script,
                title=_(entry.title),
                icon=f":material/{entry.icon}:",
                help=_(entry.help),
                default=entry.script == "pages/draw/draw.py",
            )
            for entry in entries
        ]
        for section, entries in SECTIONS.items()
    }
    return st.navigation(pages, expanded=True)


def link_to(script: str, *, label: str = "", query: dict[str, str] | None = None) -> None:
    """A link to one of the pages, under its title or another label; query: parameters for its address."""
    entry = next(entry for entries in SECTIONS.values() for entry in entries if entry.script == script)
    st.page_link(script, label=label or _(entry.title), icon=f":material/{entry.icon}:", query_params=query)

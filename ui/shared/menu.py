"""The table of all pages, with their sections, titles, icons and help: for the menu and for links between pages."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from model.language import N_, _


class PageEntry(NamedTuple):
    """One page.

    script: its path from the top of the project. icon: the name of a Material symbol. title and help: in English, to be
    translated where they are shown.
    """

    script: str
    title: str
    icon: str
    help: str


LESSONS = (
    PageEntry(
        "pages/learn/neurons.py",
        N_("Neurons"),
        "hub",
        N_("A neuron whose numbers you can change, layers of neurons, and one step of learning."),
    ),
    PageEntry(
        "pages/learn/convolution.py",
        N_("Convolution"),
        "filter_center_focus",
        N_("Slide one curve over another, and a kernel over your digit and over the feature maps of the network."),
    ),
    PageEntry(
        "pages/learn/pooling.py",
        N_("Pooling"),
        "compress",
        N_("The largest number or the mean of each window, and the effect of a small shift."),
    ),
    PageEntry(
        "pages/learn/activations.py",
        N_("Activations"),
        "show_chart",
        N_("The functions between the layers, why a network needs them, and why gradients vanish."),
    ),
    PageEntry(
        "pages/learn/cnn.py",
        N_("The whole CNN"),
        "layers",
        N_("All layers together: sizes, parameters, multiplications, and the training pictures."),
    ),
    PageEntry(
        "pages/learn/overfitting.py",
        N_("Overfitting"),
        "trending_down",
        N_("Loss, optimizers, epochs and batches; dropout and augmentation; memorization."),
    ),
    PageEntry(
        "pages/learn/world.py",
        N_("CNNs in the world"),
        "public",
        N_("Where CNNs are used and where they fail, and three questions with experiments that answer them."),
    ),
)
"""The lessons, in the order in which they build on each other."""

SECTIONS: dict[str, tuple[PageEntry, ...]] = {
    N_("Draw"): (
        PageEntry(
            "pages/draw/draw.py",
            N_("Draw a digit"),
            "draw",
            N_("Draw a digit, see how the network reads it, and see each step of the preprocessing."),
        ),
    ),
    N_("Learn"): LESSONS,
    N_("Inside"): (
        PageEntry(
            "pages/inside/feature_maps.py",
            N_("Feature maps"),
            "visibility",
            N_("The output of every layer for your digit, down to the calculation of a single number."),
        ),
        PageEntry(
            "pages/inside/filters.py",
            N_("Filters"),
            "grid_view",
            N_("What each filter responds to, and how accuracy changes when filters are switched off."),
        ),
        PageEntry(
            "pages/inside/why.py",
            N_("Why?"),
            "psychology_alt",
            N_("Which parts of your digit decided the answer, and what would change it."),
        ),
        PageEntry(
            "pages/inside/network.py",
            N_("The network"),
            "account_tree",
            N_("Layers, sizes and parameters of the chosen network, and how it was trained."),
        ),
    ),
    N_("Train"): (
        PageEntry(
            "pages/train/retrain.py",
            N_("Retrain"),
            "tune",
            N_("Train a network of your own with sliders, and watch it learn."),
        ),
        PageEntry(
            "pages/train/compare.py",
            N_("Compare runs"),
            "compare_arrows",
            N_("Training runs side by side, and the snapshots of one run step by step."),
        ),
        PageEntry(
            "pages/train/experiments.py",
            N_("Experiments"),
            "science",
            N_("Questions about networks: predict the answer, train networks to test it, and compare."),
        ),
    ),
}


def navigation() -> StreamlitPage:
    """Show the menu in the reader's language. Returns the page to run: the one of the address, else Draw a digit."""
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
    """Show a link to a page, with its title or another label (Markdown). query: parameters for its address."""
    entry = next(entry for entries in SECTIONS.values() for entry in entries if entry.script == script)
    st.page_link(script, label=label or _(entry.title), icon=f":material/{entry.icon}:", query_params=query)

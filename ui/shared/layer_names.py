"""The names of the kinds of layers on the pages."""

from __future__ import annotations

from model.language import N_, _

KINDS = {
    "convolution": N_("convolution"),
    "batch norm": N_("batch norm"),
    "activation": N_("activation"),
    "pooling": N_("pooling"),
    "flatten": N_("flatten"),
    "dropout": N_("dropout"),
    "dense": N_("dense"),
}
"""Kind of layer, as in the table of layers -> its name, to be translated."""


def kind_name(kind: str) -> str:
    """The name of a kind of layer in the reader's language."""
    return _(KINDS[kind])

"""What the layers of a network are called on the pages."""

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
"""By `model.network.config.Layer.kind`."""


def kind_name(kind: str) -> str:
    """The name of a kind of layer in the reader's language."""
    return _(KINDS[kind])

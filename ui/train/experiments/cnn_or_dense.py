"""Texts of the experiment that compares a CNN with a dense network."""

from __future__ import annotations

from model.experiments.cnn_or_dense import SHIFTS, Comparison, find
from model.experiments.experiment import Data, Outcomes
from model.language import N_, _
from ui.train.experiments.experiment_texts import ExperimentTexts, accuracy_text

_REASONS = {
    Comparison.NOT_BETTER: N_("Here the CNN was no better, which is rare: did its training end too early?"),
    Comparison.LESS_STABLE: N_(
        "Here the CNN is better on pictures that are not moved, but it loses at least as much when they are moved."
    ),
    Comparison.BETTER: N_(
        "A kernel looks for the same stroke everywhere, so what it learned in one place works in all places; pooling "
        "makes up for a shift of one pixel. The dense network has separate weights for each pixel, and must learn each "
        "place separately."
    ),
}


def _labels(_data: Data) -> dict[str, str]:
    return {"cnn": _("CNN"), "dense": _("Dense network")}


def _explain(outcomes: Outcomes) -> str:
    cnn, dense = outcomes["cnn"], outcomes["dense"]
    text = _(
        "With {parameters:,} parameters the CNN reads {share} of the test pictures, the dense network with "
        "{dense_parameters:,} reads {dense_share}.",
        parameters=cnn.parameters,
        share=accuracy_text(cnn.test),
        dense_parameters=dense.parameters,
        dense_share=accuracy_text(dense.test),
    )
    comparison = find(outcomes).comparison
    if comparison is Comparison.NOT_MOVED:
        return text
    moved = _(
        "Moved by {pixels} pixels, the CNN still reads {share} and the dense network {dense_share}.",
        pixels=SHIFTS[-1],
        share=accuracy_text(cnn.shifted[-1]),
        dense_share=accuracy_text(dense.shifted[-1]),
    )
    return f"{text} {moved} {_(_REASONS[comparison])}"


TEXTS = ExperimentTexts(
    N_("Why a CNN?"),
    N_(
        "The default CNN, and a dense network without any convolution but with as many parameters, learn from the "
        "same pictures. Then both read test pictures that are moved by 1 to 4 pixels."
    ),
    N_("Which network loses more accuracy when the pictures are moved?"),
    {"dense": N_("The dense network"), "cnn": N_("The CNN"), "both": N_("Both equally")},
    _labels,
    _explain,
)

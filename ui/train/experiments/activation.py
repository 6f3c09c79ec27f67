"""Texts of the experiment on activation functions."""

from __future__ import annotations

from model.experiments.activation import find
from model.experiments.experiment import Data, Outcomes
from model.language import N_, _
from ui.train.experiments.experiment_texts import ExperimentTexts, in_order, test_accuracies

_NAMES = {"relu": N_("ReLU"), "sigmoid": N_("Sigmoid"), "tanh": N_("Tanh")}


def _labels(_data: Data) -> dict[str, str]:
    return {key: _(name) for key, name in _NAMES.items()}


def _explain(outcomes: Outcomes) -> str:
    sentences = [test_accuracies(outcomes, _NAMES)]
    first = {key: outcome.validation[0] for key, outcome in outcomes.items() if outcome.validation}
    if first:
        sentences.append(_("After the first epoch: {results}.", results=in_order(first, _NAMES)))
    if find(outcomes).choice == "sigmoid":
        sentences.append(
            _(
                "The slope of the Sigmoid is at most a quarter. After four layers at most 1/256 of the gradient is "
                "left, so the first layers change very little at the start. ReLU passes on the whole gradient wherever "
                "it is active, and the slope of Tanh is 1 in its middle."
            )
        )
    else:
        sentences.append(
            _("Here the Sigmoid was not the worst: with so many steps, even its small gradients were enough.")
        )
    return " ".join(sentences)


TEXTS = ExperimentTexts(
    N_("Which activation?"),
    N_(
        "Three networks start from the same weights and see the same batches. Only the function after each layer "
        "differs."
    ),
    N_("Which network reads the fewest test pictures correctly at the end?"),
    _NAMES,
    _labels,
    _explain,
)

"""Texts of the experiment on pooling."""

from __future__ import annotations

from model.experiments.experiment import Data, Outcomes
from model.experiments.pooling import find
from model.language import N_, _
from ui.train.experiments.experiment_texts import ExperimentTexts, test_accuracies

_NAMES = {"max": N_("Maximum"), "average": N_("Average"), "none": N_("No pooling")}


def _labels(_data: Data) -> dict[str, str]:
    return {key: _(name) for key, name in _NAMES.items()}


def _explain(outcomes: Outcomes) -> str:
    found = find(outcomes)
    price = _(
        "Without pooling there are {count:,} parameters instead of {fewer:,}, {size:.0f} times as many, and the "
        "training took {times:.1f} times as long.",
        count=outcomes["none"].parameters,
        fewer=outcomes["max"].parameters,
        size=found.size_ratio,
        times=found.time_ratio,
    )
    if found.gain <= 0:
        gain = _("The extra work gains nothing: the exact pixel of a stroke does not matter.")
    else:
        gain = _(
            "It gains {points:.1f} points here. Decide whether they are worth the extra parameters and the extra time.",
            points=100 * found.gain,
        )
    return f"{test_accuracies(outcomes, _NAMES)} {price} {gain}"


TEXTS = ExperimentTexts(
    N_("Maximum, average, or no pooling?"),
    N_(
        "Pooling makes feature maps smaller: it takes the largest of four numbers, or their mean. Without it, every "
        "number goes on to the dense layer."
    ),
    N_("What does a network without pooling gain?"),
    {
        "nothing": N_("Nothing that is worth the extra parameters"),
        "accuracy": N_("A much higher accuracy, because no number is thrown away"),
    },
    _labels,
    _explain,
)

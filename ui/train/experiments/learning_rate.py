"""Texts of the experiment on the learning rate."""

from __future__ import annotations

from model.experiments.experiment import COLLAPSED, Data, Outcome, Outcomes
from model.experiments.learning_rate import RATES, TOO_LARGE
from model.language import N_, _
from ui.train.experiments.experiment_texts import ExperimentTexts, accuracy_text


def _labels(_data: Data) -> dict[str, str]:
    written = {"small": "0.000001", "right": "0.001", "large": "0.1", "huge": "100"}
    return {key: _("Learning rate {rate}", rate=rate) for key, rate in written.items()}


def _explain(outcomes: Outcomes) -> str:
    start = _(
        "0.001 reads {share}. With 0.000001 each step is a thousand times smaller: after the same number of steps it "
        "reads {small_share}, and it would need many more steps.",
        share=accuracy_text(outcomes["right"].test),
        small_share=accuracy_text(outcomes["small"].test),
    )
    return " ".join([start, *(_too_large(RATES[key], outcomes[key]) for key in TOO_LARGE)])


def _too_large(rate: float, outcome: Outcome) -> str:
    if outcome.diverged:
        return _(
            "With {rate:g} every step is far too long, the weights grow without limit and the loss is no longer a "
            "number; the run was stopped there.",
            rate=rate,
        )
    if outcome.accuracy < COLLAPSED:
        return _(
            "With {rate:g} the first steps change the weights so much that every ReLU gives 0; then the network gives "
            "every picture the same answer, which is right for {share}.",
            rate=rate,
            share=accuracy_text(outcome.test),
        )
    return _(
        "With {rate:g} it still reads {share}, but its steps are too long to come close to the minimum.",
        rate=rate,
        share=accuracy_text(outcome.test),
    )


TEXTS = ExperimentTexts(
    N_("What does the learning rate do?"),
    N_(
        "The same network and the same pictures with four learning rates: far too small, right, too large, and "
        "extremely large."
    ),
    N_("What happens when it is far too large?"),
    {
        "breaks": N_("It learns nothing, or the training breaks off"),
        "faster": N_("It learns faster, with the same result"),
        "memorizes": N_("It learns by heart"),
    },
    _labels,
    _explain,
)

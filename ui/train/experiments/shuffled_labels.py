"""Texts of the experiment on shuffled labels."""

from __future__ import annotations

from model.experiments.experiment import CHANCE, Data, Outcomes
from model.experiments.shuffled_labels import find
from model.language import N_, _
from ui.train.experiments.experiment_texts import ExperimentTexts, accuracy_text

_REASONS = {
    "reads": N_("It read new pictures better than chance, which shuffled labels cannot explain."),
    "nothing": N_("In so few epochs it did not even learn many pictures by heart."),
    "memorizes": N_(
        "There was nothing to understand, so it learned each picture by heart. A high training accuracy alone proves "
        "nothing: the same network can understand or memorise, and only pictures that it never saw show which (Zhang "
        "et al. 2017)."
    ),
}


def _labels(_data: Data) -> dict[str, str]:
    return {"true": _("True labels"), "shuffled": _("Shuffled labels")}


def _explain(outcomes: Outcomes) -> str:
    true, shuffled = outcomes["true"], outcomes["shuffled"]
    text = _(
        "With shuffled labels the network gives {learned} of the training pictures their shuffled label, and reads "
        "{read} of new pictures; guessing reads {chance}. With true labels the results are {true_learned} and "
        "{true_read}.",
        learned=accuracy_text(shuffled.training[-1] if shuffled.training else 0.0),
        read=accuracy_text(shuffled.validation[-1] if shuffled.validation else 0.0),
        chance=accuracy_text(CHANCE),
        true_learned=accuracy_text(true.training[-1] if true.training else None),
        true_read=accuracy_text(true.validation[-1] if true.validation else None),
    )
    return f"{text} {_(_REASONS[find(outcomes).choice or 'nothing'])}"


TEXTS = ExperimentTexts(
    N_("What does it learn from shuffled labels?"),
    N_(
        "Every training picture gets the label of another one, at random: a 7 may get the label 2. The validation "
        "pictures keep their true labels."
    ),
    N_("What will the network do?"),
    {
        "nothing": N_("Learn nothing at all"),
        "memorizes": N_("Learn the training pictures by heart, and read new ones by chance"),
        "reads": N_("Learn to read"),
    },
    _labels,
    _explain,
)

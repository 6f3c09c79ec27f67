"""The texts of every guided experiment, and the text of a finding."""

from __future__ import annotations

from model.experiments.experiment import Data, Experiment, Outcomes, incomplete_variants
from model.language import _
from ui.train.experiments import activation, cnn_or_dense, learning_rate, overfitting, pooling, shuffled_labels
from ui.train.experiments.experiment_texts import ExperimentTexts

TEXTS: dict[str, ExperimentTexts] = {
    "cnn": cnn_or_dense.TEXTS,
    "activation": activation.TEXTS,
    "pooling": pooling.TEXTS,
    "overfitting": overfitting.TEXTS,
    "rate": learning_rate.TEXTS,
    "labels": shuffled_labels.TEXTS,
}
"""By the key of the experiment."""


def conclusion(experiment: Experiment, outcomes: Outcomes, data: Data) -> tuple[str | None, str]:
    """(the key of the choice that the runs support or None, the explanation as Markdown in the reader's language)."""
    texts = TEXTS[experiment.key]
    incomplete = incomplete_variants(experiment, outcomes, data)
    if incomplete:
        labels = texts.labels(data)
        names = _(", ").join(labels[key] for key in incomplete)
        return None, _("Not all runs are complete ({runs}), so there is no conclusion.", runs=names)
    explanation = texts.explain(outcomes)
    if data == "digits":
        small = _("This was the small data set of 1,797 pictures: one test picture more or less is 0.3 points.")
        explanation = f"{explanation}\n\n{small}"
    return experiment.find(outcomes).choice, explanation

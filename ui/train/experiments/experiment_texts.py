"""What the texts of a guided experiment consist of, and how accuracies are written in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from model.experiments.experiment import Data, Outcomes
from model.language import _
from ui.shared.formatting import percent


@dataclass(frozen=True)
class ExperimentTexts:
    """The wording of one experiment.

    title, setup, question, choices: in English, translated where they are shown; the choices by their keys. labels: the
    names of the variants by their keys, in the reader's language. explain: why the finding is what it is, as Markdown
    in the reader's language; it needs complete outcomes of all variants.
    """

    title: str
    setup: str
    question: str
    choices: Mapping[str, str]
    labels: Callable[[Data], dict[str, str]]
    explain: Callable[[Outcomes], str]


def accuracy_text(accuracy: float | None) -> str:
    """An accuracy from 0 to 1 in percent; for a run that diverged, a text that there is none."""
    return _("no number") if accuracy is None else percent(accuracy, counted=True)


def in_order(accuracies: Mapping[str, float | None], names: Mapping[str, str]) -> str:
    """Each name with its accuracy, the best first. names: in English, by the same keys."""
    order = sorted(accuracies, key=lambda key: -(accuracies[key] or 0.0))
    return _(", ").join(f"{_(names[key])} {accuracy_text(accuracies[key])}" for key in order)


def test_accuracies(outcomes: Outcomes, names: Mapping[str, str]) -> str:
    """A sentence with the test accuracy of each variant, the best first."""
    results = in_order({key: each.test for key, each in outcomes.items()}, names)
    return _("At the end: {results}.", results=results)

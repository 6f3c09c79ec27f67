"""The parts of a guided experiment: variants to train, predictions to choose from, and a finding from the results.

All runs of an experiment have the same seed and train on the same pictures in the same order; they differ in one
setting.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from model.language import template_values
from model.network.config import ModelConfig
from model.network.train_config import TrainConfig
from model.training.events import DIVERGED

Data = Literal["mnist", "digits"]

CHANCE = 0.1
"""Accuracy of guessing among ten digits."""

COLLAPSED = 0.2
"""A network with a lower accuracy than this has learned almost nothing."""


@dataclass(frozen=True)
class Variant:
    """One run of an experiment. key: its name in results and findings."""

    key: str
    model: ModelConfig
    train: TrainConfig


@dataclass(frozen=True)
class Outcome:
    """The results of one run. Accuracies are shares from 0 to 1, losses are in nats.

    test: on the test pictures; None if the run did not finish; all other fields are then empty. training,
    validation, validation_loss: one value for each epoch. diverged: the loss became infinite or nan.
    shifted: accuracies on the test pictures moved by `cnn_or_dense.SHIFTS`; empty if not measured.
    """

    test: float | None
    seconds: float = 0.0
    parameters: int = 0
    training: Sequence[float] = ()
    validation: Sequence[float] = ()
    validation_loss: Sequence[float] = ()
    diverged: bool = False
    shifted: Sequence[float] = ()

    @classmethod
    def of(cls, report: Mapping[str, Any] | None, shifted: Sequence[float] = ()) -> Outcome:
        """From the report of a run, as `model.runs.folder` describes it; None is a run without a report."""
        if not report or "test_accuracy" not in report:
            return cls(None, diverged=template_values(str((report or {}).get("message")), DIVERGED) is not None)
        history = report["history"]
        return cls(
            report["test_accuracy"],
            report["train_seconds"],
            report["parameters"],
            [epoch["train_accuracy"] for epoch in history],
            [epoch["validation_accuracy"] or 0.0 for epoch in history],
            [epoch["validation_loss"] or 0.0 for epoch in history],
            shifted=shifted,
        )

    @property
    def accuracy(self) -> float:
        """Test accuracy for ranking: 0 for a run that diverged."""
        return self.test or 0.0

    @property
    def complete(self) -> bool:
        """Whether a finding can use this run: it finished, or it diverged."""
        return self.test is not None or self.diverged

    @property
    def gap(self) -> float:
        """Training minus validation accuracy after the last epoch; 0 if one of them is missing."""
        return self.training[-1] - self.validation[-1] if self.training and self.validation else 0.0

    @property
    def loss_rise(self) -> float:
        """Last validation loss minus the lowest one, in nats."""
        return self.validation_loss[-1] - min(self.validation_loss) if self.validation_loss else 0.0


Outcomes = Mapping[str, Outcome]
"""The outcome of each variant by its key."""


@dataclass(frozen=True)
class Finding:
    """The conclusion from the outcomes. choice: the key of the prediction that they support; None if they support none.

    Experiments add their own facts in subclasses.
    """

    choice: str | None


@dataclass(frozen=True)
class Experiment:
    """One guided experiment.

    choices: the keys of the possible predictions, in the order in which the page shows them. The number of a prediction
    is stored with its runs, so this order must not change. find: computes the finding from the outcomes of all
    variants. shifts: whether the networks are also tested on moved pictures.
    """

    key: str
    choices: tuple[str, ...]
    variants: Callable[[Data], list[Variant]]
    find: Callable[[Outcomes], Finding]
    shifts: bool = False


def incomplete_variants(experiment: Experiment, outcomes: Outcomes, data: Data) -> list[str]:
    """The keys of the variants whose runs are missing or did not finish. A finding needs all of them."""
    variants = experiment.variants(data)
    return [each.key for each in variants if each.key not in outcomes or not outcomes[each.key].complete]


def ranked(outcomes: Outcomes) -> list[str]:
    """The keys, highest test accuracy first."""
    return sorted(outcomes, key=lambda key: -outcomes[key].accuracy)

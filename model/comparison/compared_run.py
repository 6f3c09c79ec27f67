"""One training run of a comparison: its settings, metrics and report."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from model.runs.folder import RunSettings
from model.runs.metrics import Metrics
from model.runs.run import Run

MAX_COMPARED = 6
"""The largest number of runs in one comparison."""


@dataclass(frozen=True)
class ComparedRun:
    """The files of a run, read at one moment. report: as `model.runs.folder` describes it; {} before the run has ended.

    Accuracies are shares from 0 to 1, None if they are not known.
    """

    run: Run
    settings: RunSettings
    metrics: Metrics
    report: Mapping[str, Any]

    @property
    def data_set(self) -> str:
        """The data set that the run used. It differs from the settings if MNIST was missing."""
        return str(self.report.get("data") or self.settings.train.data)

    @property
    def has_validation(self) -> bool:
        """Whether the run holds out validation pictures."""
        start = self.metrics.start
        return bool(start["validation_images"]) if start else self.settings.train.validation_share > 0

    @property
    def test_accuracy(self) -> float | None:
        """Accuracy of the best epoch's network on the test pictures; None before the end."""
        return finite_number(self.report, "test_accuracy")

    @property
    def training_accuracy(self) -> float | None:
        """Accuracy of the same network on training pictures without augmentation; None before the end."""
        return finite_number(self.report, "training_accuracy")

    @property
    def generalisation_gap(self) -> float | None:
        """Training accuracy minus test accuracy, from -1 to 1; None before the end."""
        return finite_number(self.report, "gap")

    @property
    def best_validation_accuracy(self) -> float | None:
        """The best validation accuracy at the end of an epoch so far; None before the first and without validation."""
        found = [finite_number(record, "validation_accuracy") for record in self.metrics.epochs]
        return max((accuracy for accuracy in found if accuracy is not None), default=None)

    @property
    def train_seconds(self) -> float | None:
        """Seconds of training so far, without pauses; None before the first record."""
        total = finite_number(self.report, "train_seconds")
        if total is not None:
            return total
        metrics = self.metrics
        last = [finite_number(records[-1], "elapsed") for records in (metrics.steps, metrics.epochs) if records]
        return max((value for value in last if value is not None), default=None)

    @property
    def images_per_second(self) -> float | None:
        """Training speed: the mean over all epochs, or over the steps of the first one; None before the first step."""
        metrics = self.metrics
        seconds = sum(float(record["seconds"]) for record in metrics.epochs)
        if metrics.start and seconds > 0:
            return float(metrics.start["images"]) * len(metrics.epochs) / seconds
        rates = [float(record["images_per_second"]) for record in metrics.steps if record["images_per_second"] > 0]
        return len(rates) / sum(1 / rate for rate in rates) if rates else None

    @property
    def epochs_done(self) -> int:
        """Complete passes over the training pictures."""
        return len(self.metrics.epochs)

    @property
    def test_pictures(self) -> int:
        """Number of test pictures, from the confusion matrix of the report; 0 if it is missing."""
        try:
            return sum(int(count) for row in self.report["confusion"] for count in row)
        except (KeyError, TypeError, ValueError):
            return 0

    def validation_accuracy_after(self, step: int) -> float | None:
        """Validation accuracy after exactly this many steps; None if it was not measured."""
        for record in self.metrics.epochs:
            if record["step"] == step and record["validation_accuracy"] is not None:
                return float(record["validation_accuracy"])
        return next((float(record["accuracy"]) for record in self.metrics.checks if record["step"] == step), None)


def compared_run(run: Run) -> ComparedRun | None:
    """Read everything about the run now; None if its settings are damaged."""
    if run.settings is None:
        return None
    return ComparedRun(run, run.settings, run.metrics(), run.report() or {})


def finite_number(record: Mapping[str, Any], name: str) -> float | None:
    """The number of that name in a record from a file; None if it is missing, not a number, or not finite."""
    value = record.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)

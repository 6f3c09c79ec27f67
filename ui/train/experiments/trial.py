"""One trial of a guided experiment: its runs and the student's prediction, stored in the settings of the runs."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from model.experiments.experiment import Data, Experiment, Outcome, Outcomes, Variant
from model.language import _
from model.runs.run import Run, RunError
from model.runs.store import RunStore
from ui.train.experiments.all_texts import TEXTS


@dataclass(frozen=True)
class Trial:
    """prediction: the key of the predicted choice. runs: by the key of their variant, without deleted ones."""

    experiment: Experiment
    prediction: str
    data: Data
    runs: dict[str, Run]

    @property
    def active(self) -> bool:
        """Whether a run has not ended."""
        return any(run.state.active for run in self.runs.values())

    @property
    def variants(self) -> list[Variant]:
        """The variants that have a run, in order."""
        return [each for each in self.experiment.variants(self.data) if each.key in self.runs]

    @property
    def begun(self) -> list[Variant]:
        """The variants whose training has begun."""
        return [each for each in self.variants if self.runs[each.key].metrics().start]

    def outcomes(self, shifted: Callable[[Run, Data], tuple[float, ...]] | None = None) -> Outcomes:
        """The outcome of each run. shifted: measures the accuracies on moved pictures; None leaves them out."""
        runs = {variant.key: self.runs[variant.key] for variant in self.variants}
        return {key: Outcome.of(run.report(), shifted(run, self.data) if shifted else ()) for key, run in runs.items()}


def start_trial(store: RunStore, experiment: Experiment, owner: str, prediction: str, data: Data) -> None:
    """Put all runs of the experiment into the queue. Raises RunError; then none of them stays in it."""
    number = experiment.choices.index(prediction)
    trial = f"{experiment.key}/{number}/{data}/{time.strftime('%Y%m%d-%H%M%S')}"
    texts = TEXTS[experiment.key]
    labels = texts.labels(data)
    started: list[Run] = []
    try:
        for variant in experiment.variants(data):
            title = f"{_(texts.title)} {labels[variant.key]}"
            started.append(store.start(variant.model, variant.train, owner, title, f"{trial}/{variant.key}"))
    except RunError:
        for run in started:
            store.stop(run.id, owner)
        raise


def latest_trial(store: RunStore, experiment: Experiment, owner: str) -> Trial | None:
    """The student's newest trial of the experiment; None where there is none."""
    found: dict[str, Run] = {}
    newest: list[str] | None = None
    for run in store.runs(owner):  # the newest first
        words = run.settings.experiment.split("/") if run.settings else []
        if len(words) == 5 and words[0] == experiment.key and (newest is None or words[:4] == newest):
            newest = words[:4]
            found.setdefault(words[4], run)
    if newest is None or newest[2] not in ("mnist", "digits") or not newest[1].isdecimal():
        return None
    number, data = int(newest[1]), cast("Data", newest[2])
    return Trial(experiment, experiment.choices[number], data, found) if number < len(experiment.choices) else None

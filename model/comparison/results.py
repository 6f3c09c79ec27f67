"""The results of several runs side by side, and which of them are best."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from model.comparison.compared_run import ComparedRun


class ResultKind(Enum):
    """The kinds of results. Accuracies are shares from 0 to 1, the gap is their difference, the time is in seconds."""

    TEST_ACCURACY = auto()
    VALIDATION_ACCURACY = auto()
    TRAINING_ACCURACY = auto()
    GENERALISATION_GAP = auto()
    TRAIN_SECONDS = auto()
    IMAGES_PER_SECOND = auto()
    PARAMETERS = auto()


@dataclass(frozen=True)
class ComparedResult:
    """One result of all runs. values: None if a run does not have it yet.

    best: the indices of the best runs; empty if no run is better than most others, or if this result has no best value.
    """

    kind: ResultKind
    values: tuple[float | None, ...]
    best: frozenset[int] = frozenset()


def compare_results(runs: Sequence[ComparedRun]) -> list[ComparedResult]:
    """All results in the order of ResultKind.

    The best accuracy is chosen on the validation pictures. If it were chosen on the test pictures, the test accuracy
    would be too high: it would no longer be the accuracy on new pictures. The smallest gap is never marked as best,
    because a network that learned nothing has a gap of 0.
    """
    return [
        _compare(ResultKind.TEST_ACCURACY, [run.test_accuracy for run in runs]),
        _compare(
            ResultKind.VALIDATION_ACCURACY,
            [run.best_validation_accuracy for run in runs],
            best=max if accuracies_comparable(runs) else None,
            resolution=1e-4,
        ),
        _compare(ResultKind.TRAINING_ACCURACY, [run.training_accuracy for run in runs]),
        _compare(ResultKind.GENERALISATION_GAP, [run.generalisation_gap for run in runs]),
        _compare(ResultKind.TRAIN_SECONDS, [run.train_seconds for run in runs], best=min if _same_work(runs) else None),
        _compare(ResultKind.IMAGES_PER_SECOND, [run.images_per_second for run in runs], best=max),
        _compare(ResultKind.PARAMETERS, [float(run.settings.model.parameters) for run in runs], best=min),
    ]


def accuracies_comparable(runs: Sequence[ComparedRun]) -> bool:
    """Whether the best run can be chosen by validation: one data set, and validation pictures in every run."""
    return len({run.data_set for run in runs}) == 1 and all(run.has_validation for run in runs)


def chance_difference(runs: Sequence[ComparedRun]) -> tuple[float, int] | None:
    """The difference in test accuracy that chance alone can cause, and the number of test pictures.

    In 19 of 20 tests, two equally good networks differ by less. The difference is a share from 0 to 1: twice the
    standard error of the difference of two independent proportions, for the lowest accuracy and the smallest test set
    among the runs. Networks that are tested on the same pictures differ less by chance, so the true value is smaller.
    None if fewer than two runs were tested.
    """
    tested = [
        (run.test_accuracy, run.test_pictures) for run in runs if run.test_accuracy is not None and run.test_pictures
    ]
    if len(tested) < 2:
        return None
    accuracy, count = (min(values) for values in zip(*tested, strict=True))
    return 2 * math.sqrt(2 * accuracy * (1 - accuracy) / count), int(count)


def _compare(
    kind: ResultKind,
    values: Sequence[float | None],
    best: Callable[[list[float]], float] | None = None,
    resolution: float = 1.0,
) -> ComparedResult:
    """resolution: values that round to the same multiple of it count as equal."""
    rounded = [None if value is None else float(round(value / resolution)) for value in values]
    known = [value for value in rounded if value is not None]
    if best is None or len(set(known)) < 2:
        return ComparedResult(kind, tuple(values))
    winners = frozenset(at for at, value in enumerate(rounded) if value == best(known))
    return ComparedResult(kind, tuple(values), winners if 2 * len(winners) <= len(known) else frozenset())


def _same_work(runs: Sequence[ComparedRun]) -> bool:
    """Whether all runs have ended after the same number of epochs and pictures, so that their times compare."""
    work = {(run.epochs_done, (run.metrics.start or {}).get("images")) for run in runs}
    return len(work) == 1 and not any(run.run.state.active for run in runs)

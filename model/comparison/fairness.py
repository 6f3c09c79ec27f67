"""Checks whether a comparison is fair: one setting differs, initial weights and batches are the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from model.comparison.compared_run import ComparedRun
from model.comparison.initial_weights import InitialWeights, compare_initial_weights
from model.comparison.settings import compare_settings
from model.network.checkpoint import Checkpoint


class Verdict(Enum):
    """The result of the check."""

    SAME_SETTINGS = auto()
    SEVERAL_SETTINGS = auto()
    ONLY_SEED = auto()
    FAIR = auto()
    OTHER_SHAPES = auto()
    """One setting differs, but it changes the shape of layers, so their initial weights cannot be the same."""
    UNKNOWN_START = auto()
    """One setting differs; the snapshot of a run at step 0 is missing."""
    SIDE_EFFECTS = auto()
    """One setting differs, but it also changes the initial weights or the batches."""


class PictureDifference(Enum):
    """The reason why runs do not train on the same pictures in the same order."""

    DATA_SET = auto()
    SEED = auto()
    COUNT = auto()


@dataclass(frozen=True)
class Fairness:
    """The verdict on two or more runs, with its facts. The first run is the one that the others are compared with.

    changed: fields of the settings that differ, without the device. initial_weights: one for each run but the first,
    None if a snapshot of step 0 is missing. picture_difference: None if all runs train on the same pictures in
    the same order. devices: the devices that computed the runs, sorted, without repetition.
    """

    verdict: Verdict
    changed: tuple[str, ...]
    initial_weights: tuple[InitialWeights | None, ...]
    picture_difference: PictureDifference | None
    same_batch_size: bool
    same_labels: bool
    devices: tuple[str, ...]


def judge_fairness(runs: Sequence[ComparedRun], starts: Sequence[Checkpoint | None]) -> Fairness:
    """Whether differences between two or more runs come from their settings.

    starts: the snapshot of step 0 of each run, None if there is none.
    """
    settings = compare_settings([run.settings for run in runs])
    changed = tuple(setting.field for setting in settings if setting.differs and setting.field != "device")
    weights = tuple(compare_initial_weights(starts[0], other) if starts[0] and other else None for other in starts[1:])
    pictures = _picture_difference(runs)
    same_batch_size = len({run.settings.train.batch_size for run in runs}) == 1
    return Fairness(
        _verdict(changed, weights, same_batches=pictures is None and same_batch_size),
        changed,
        weights,
        pictures,
        same_batch_size,
        same_labels=len({run.settings.train.shuffle_labels for run in runs}) == 1,
        devices=tuple(sorted({str(run.metrics.start["device"]) for run in runs if run.metrics.start})),
    )


def _verdict(changed: Sequence[str], weights: Sequence[InitialWeights | None], *, same_batches: bool) -> Verdict:
    if not changed:
        return Verdict.SAME_SETTINGS
    if len(changed) > 1:
        return Verdict.SEVERAL_SETTINGS
    if changed[0] == "seed":
        return Verdict.ONLY_SEED
    return _verdict_on_one_setting(weights) if same_batches else Verdict.SIDE_EFFECTS


def _verdict_on_one_setting(weights: Sequence[InitialWeights | None]) -> Verdict:
    if all(each and each.all_same for each in weights):
        return Verdict.FAIR
    if any(each and each.resized for each in weights):
        return Verdict.OTHER_SHAPES
    return Verdict.UNKNOWN_START if None in weights else Verdict.SIDE_EFFECTS


def _picture_difference(runs: Sequence[ComparedRun]) -> PictureDifference | None:
    """The first difference among the settings that determine the pictures and their order, or None."""
    choices = zip(*(_choice_of_pictures(run) for run in runs), strict=True)
    first = next((at for at, values in enumerate(choices) if len({*values}) > 1), None)
    if first is None:
        return None
    return (PictureDifference.DATA_SET, PictureDifference.SEED, PictureDifference.COUNT)[min(first, 2)]


def _choice_of_pictures(run: ComparedRun) -> tuple[Any, ...]:
    """Data set, seed and numbers of pictures: they determine the training pictures and their order."""
    train, start = run.settings.train, run.metrics.start
    if start:
        return run.data_set, train.seed, start["images"], start["validation_images"]
    return run.data_set, train.seed, train.train_images, train.validation_share

"""The records of a training in metrics.jsonl, read while the file grows."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from model.runs.folder import METRICS

_NUMBERS = {
    "start": ("parameters", "images", "validation_images", "steps_per_epoch", "elapsed"),
    "step": ("step", "epoch", "loss", "accuracy", "learning_rate", "images_per_second", "elapsed"),
    "check": ("step", "epoch", "loss", "accuracy", "elapsed"),
    "epoch": ("step", "epoch", "train_loss", "train_accuracy", "learning_rate", "seconds", "elapsed"),
}
_NUMBERS_OR_NONE = {"epoch": ("validation_loss", "validation_accuracy")}
_TEXTS = {"start": ("device", "precision")}
"""For each kind of record: the fields that it must have, by their type."""


@dataclass(frozen=True)
class Metrics:
    """The records of metrics.jsonl, sorted by their kind.

    start: device, precision, parameters, images, validation_images, steps_per_epoch; None before the training starts.
    steps: step, epoch (a fraction), loss, accuracy, learning_rate, images_per_second; means since the last record.
    checks: step, epoch, loss, accuracy on the validation images, within the first epoch.
    epochs: the fields of the event EpochEnd, and the last step of the epoch.
    Each record also has `elapsed`: seconds since the start of the training, without pauses.
    """

    start: dict[str, Any] | None = None
    steps: list[dict[str, Any]] = field(default_factory=list)
    checks: list[dict[str, Any]] = field(default_factory=list)
    epochs: list[dict[str, Any]] = field(default_factory=list)


class MetricsReader:
    """Reads each line of metrics.jsonl once, while the file grows. Threads may share a reader."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / METRICS
        self._lock = threading.Lock()
        self._offset = 0
        self._metrics = Metrics()

    def read(self) -> Metrics:
        """Every complete record so far. Callers must not change it.

        An incomplete last line is read later. A damaged line, or one that lacks a field of its kind, is left out.
        """
        with self._lock:
            try:
                with self._path.open("rb") as file:
                    file.seek(self._offset)
                    content = file.read()
            except OSError:
                return self._metrics
            complete = content[: content.rfind(b"\n") + 1]
            self._offset += len(complete)
            for line in complete.splitlines():
                self._metrics = _with_record(self._metrics, line)
            return self._metrics


def _with_record(metrics: Metrics, line: bytes) -> Metrics:
    try:
        record = json.loads(line)
        kind = record["kind"]
        usable = all(_is_number(record[name]) for name in _NUMBERS[kind])
        usable &= all(record[name] is None or _is_number(record[name]) for name in _NUMBERS_OR_NONE.get(kind, ()))
        if not usable or not all(isinstance(record[name], str) for name in _TEXTS.get(kind, ())):
            return metrics
    except (ValueError, KeyError, TypeError, RecursionError):
        return metrics
    if kind == "start":
        return replace(metrics, start=record)
    {"step": metrics.steps, "check": metrics.checks, "epoch": metrics.epochs}[kind].append(record)
    return metrics


def _is_number(value: object) -> bool:
    """Whether a chart can show it. JSON from Python may hold NaN, infinities and integers of any length."""
    return isinstance(value, int | float) and not isinstance(value, bool) and -1e15 < value < 1e15

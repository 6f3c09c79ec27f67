"""Writes the events of a training into the folder of its run, and follows the commands in that folder."""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from model.data.datasets import DataSet
from model.language import _
from model.network.checkpoint import CheckpointError, save_checkpoint
from model.runs.folder import (
    BEST,
    LATEST,
    METRICS,
    PROCESS,
    REPORT,
    RUN,
    SNAPSHOTS,
    Command,
    RunSettings,
    read_command,
    snapshot_path,
    write_command,
    write_json,
)
from model.runs.process import this_process
from model.runs.report import write_failure
from model.training.evaluation import confusion, most_certain_mistakes
from model.training.events import EpochEnd, Event, Finished, Progress, SnapshotTaken, Started
from model.training.schedule import MAX_SNAPSHOTS

SNAPSHOT_BYTES = 100 * 2**20
"""Disk space of all snapshots of one run. The largest networks have fewer snapshots."""

STEP_SECONDS = 0.1
"""The shortest time between two records of steps. It grows with the length of the run, so the file stays small."""

LATEST_SECONDS = 0.5
LATEST_SHARE = 0.03
"""The present network is saved at most once in LATEST_SECONDS, and saving takes at most LATEST_SHARE of the time."""

PAUSE_SECONDS = 2 * 3600.0
"""A run that is paused for longer ends with its best epoch; this frees its memory."""

_POLL_SECONDS = 0.05
_EPOCH = (
    "epoch",
    "train_loss",
    "train_accuracy",
    "validation_loss",
    "validation_accuracy",
    "learning_rate",
    "seconds",
    "improved",
)


class RunGoneError(RuntimeError):
    """The folder of the run was deleted, holds another run, or cannot be written. The message is one sentence."""


def snapshots_of(parameters: int) -> int:
    """How many snapshots a run keeps, by the number of parameters of its network."""
    return max(4, min(MAX_SNAPSHOTS, SNAPSHOT_BYTES // (4 * parameters)))


@contextmanager
def _write_errors_as_run_gone() -> Iterator[None]:
    try:
        yield
    except CheckpointError as error:
        raise RunGoneError(str(error)) from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise RunGoneError(
            _("The run could not be saved any further ({reason}), so it was stopped.", reason=reason)
        ) from None


class Recorder:
    """Writes one run. Pauses do not count in its times.

    Every method except `fail` raises RunGoneError if the folder was deleted or the disk is full.
    """

    def __init__(self, folder: Path, settings: RunSettings) -> None:
        """Make the folder, and write the settings and the process, if they are missing.

        Raises RunGoneError if the folder already has metrics.
        """
        self.folder = folder.absolute()
        if (self.folder / METRICS).exists():
            raise RunGoneError(_("{folder} already holds a run; name another folder.", folder=folder))
        self._stopped = False
        self._began, self._paused = time.monotonic(), 0.0
        self._steps_per_epoch, self._step_now = 1, 0
        self._steps: list[Progress] = []
        self._step_written, self._latest_due = -math.inf, 0.0
        with _write_errors_as_run_gone():
            if not (self.folder / RUN).exists():
                write_json(self.folder / RUN, settings.model_dump(mode="json"), make_folder=True)
                write_command(self.folder, Command.RUN)
            if not (self.folder / PROCESS).exists():
                write_json(self.folder / PROCESS, this_process())
            (self.folder / SNAPSHOTS).mkdir(exist_ok=True)
            self._metrics = (self.folder / METRICS).open("ab", buffering=0)

    def best(self) -> Path | None:
        """The file of the best network so far; None before the first epoch has ended."""
        return self.folder / BEST if (self.folder / BEST).exists() else None

    def stop(self) -> bool:
        """Whether the training must end now."""
        return self._stopped

    def record(self, event: Event) -> None:
        """Write the event. After a Progress event, wait while the command is PAUSE or WAIT."""
        with _write_errors_as_run_gone():
            self._check_folder()  # gives a clear message if the folder was deleted
            match event:
                case Started():
                    self._began, self._steps_per_epoch = time.monotonic(), event.steps_per_epoch
                    self._write("start", asdict(event))
                case Progress():
                    self._step(event)
                    self._save_latest(event)
                    self._follow_command()
                case SnapshotTaken():
                    save_checkpoint(
                        event.checkpoint, snapshot_path(self.folder, event.step), durable=False, make_folder=False
                    )
                    if event.validation:
                        score = {"loss": event.validation.loss, "accuracy": event.validation.accuracy}
                        self._write("check", {"step": event.step, "epoch": event.epoch, **score})
                case EpochEnd():
                    self._flush_steps()
                    self._end_epoch(event)

    def finish(self, event: Finished, data: DataSet, report: dict[str, Any]) -> None:
        """Write the final report and the best network. report: the content of the file of --report."""
        mistakes = most_certain_mistakes(event.test_logits, data.test.labels)
        with _write_errors_as_run_gone():
            save_checkpoint(event.checkpoint, self.folder / BEST, make_folder=False)
            write_json(
                self.folder / REPORT,
                {
                    **report,
                    "outcome": "stopped" if event.stopped else "finished",
                    "message": "",
                    "notice": data.notice,
                    "training_accuracy": event.training.accuracy,
                    "gap": event.training.accuracy - event.test.accuracy,
                    "confusion": confusion(event.test_logits, data.test.labels).tolist(),
                    "mistakes": [asdict(mistake) for mistake in mistakes],
                },
            )
        self._close()

    def fail(self, message: str) -> None:
        """Write why the run failed. Never raises. message: one sentence in English for the user."""
        self._close()
        with suppress(CheckpointError, OSError):
            if (self.folder / RUN).exists():
                write_failure(self.folder, message)

    def _close(self) -> None:
        """Close the records, and delete the present network: on a full disk that makes room for the report."""
        self._metrics.close()
        with suppress(OSError):
            (self.folder / LATEST).unlink()

    def _check_folder(self) -> None:
        if not (self.folder / RUN).exists():
            raise OSError(2, _("its folder was deleted"))

    def _seconds(self) -> float:
        return time.monotonic() - self._began - self._paused

    def _write(self, kind: str, record: dict[str, Any]) -> None:
        line = json.dumps({"kind": kind, **record, "elapsed": round(self._seconds(), 3)}).encode() + b"\n"
        written = self._metrics.write(line)
        if written != len(line):  # the disk is full; readers skip the incomplete line
            raise OSError(28, os.strerror(28))

    def _step(self, event: Progress) -> None:
        self._steps.append(event)
        self._step_now = event.step
        now = self._seconds()
        if now - self._step_written >= max(STEP_SECONDS, now / 1000):
            self._flush_steps()

    def _flush_steps(self) -> None:
        """Write one record with the means of the steps since the last record."""
        if not self._steps:
            return
        count, last = len(self._steps), self._steps[-1]
        self._write(
            "step",
            {
                "step": last.step,
                "epoch": last.step / self._steps_per_epoch,
                "loss": sum(each.loss for each in self._steps) / count,
                "accuracy": sum(each.accuracy for each in self._steps) / count,
                "learning_rate": last.learning_rate,
                "images_per_second": count / sum(1 / each.images_per_second for each in self._steps),
            },
        )
        self._steps.clear()
        self._step_written = self._seconds()

    def _end_epoch(self, event: EpochEnd) -> None:
        record = {name: getattr(event, name) for name in _EPOCH}
        # A run that is stopped in its first epoch has an epoch of fewer steps.
        self._write("epoch", {**record, "step": self._step_now})
        if event.improved:
            save_checkpoint(event.checkpoint, self.folder / BEST, make_folder=False)

    def _save_latest(self, event: Progress) -> None:
        begin = time.monotonic()
        if begin < self._latest_due:
            return
        save_checkpoint(event.network(), self.folder / LATEST, durable=False, make_folder=False)
        self._latest_due = time.monotonic() + max(LATEST_SECONDS, (time.monotonic() - begin) / LATEST_SHARE)

    def _follow_command(self) -> None:
        begin = time.monotonic()
        while True:
            self._check_folder()
            command = read_command(self.folder)
            waited = time.monotonic() - begin
            if command in (Command.RUN, Command.STOP) or waited > PAUSE_SECONDS:
                break
            time.sleep(_POLL_SECONDS)
        self._paused += waited if waited > _POLL_SECONDS else 0.0
        self._stopped = command is not Command.RUN

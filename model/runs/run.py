"""One training run as it is at this moment."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from model.data.datasets import MISSING
from model.language import N_, translate_stored_message
from model.runs.folder import (
    BEST,
    LATEST,
    Metrics,
    MetricsReader,
    RunSettings,
    Snapshot,
    read_report,
    read_snapshots,
)
from model.runs.launcher import MESSAGES
from model.training.events import DIVERGED


class RunError(RuntimeError):
    """Something that cannot be done with a run. The message is one sentence for the user."""


class State(StrEnum):
    """What a run is doing, or how it ended."""

    WAITING = N_("waiting")
    RUNNING = N_("running")
    PAUSED = N_("paused")
    STOPPING = N_("stopping")
    FINISHED = N_("finished")
    STOPPED = N_("stopped")
    FAILED = N_("failed")
    INTERRUPTED = N_("interrupted")
    DAMAGED = N_("damaged")

    @property
    def active(self) -> bool:
        """Whether more is to come."""
        return self in (State.WAITING, State.RUNNING, State.PAUSED, State.STOPPING)


_OUTCOMES = {"finished": State.FINISHED, "stopped": State.STOPPED, "failed": State.FAILED}


@dataclass(frozen=True)
class Run:
    """One run as it is at this moment.

    settings: None only where they are damaged. place: in the queue from 1; None outside it. began: when it was given to
    a process, in seconds since 1970; 0 before.
    """

    id: str
    folder: Path
    state: State
    settings: RunSettings | None
    _message: str
    place: int | None
    _reader: MetricsReader
    began: float = 0.0

    @property
    def created(self) -> float:
        """Seconds since 1970; 0 where the settings are damaged."""
        return self.settings.created if self.settings else 0.0

    @property
    def owner(self) -> str:
        """Whose run it is; "" for one of the command line."""
        return self.settings.owner if self.settings else ""

    @property
    def title(self) -> str:
        """What it is called."""
        return (self.settings.title if self.settings else "") or self.id

    @property
    def message(self) -> str:
        """How it ended, in one sentence in the reader's language; "" where there is nothing to say."""
        return translate_stored_message(self._message, DIVERGED, *MESSAGES)

    @property
    def notice(self) -> str:
        """That other pictures stood in for MNIST, in one sentence in the reader's language; "" where they did not."""
        return translate_stored_message(str((self.report() or {}).get("notice", "")), MISSING)

    def metrics(self) -> Metrics:
        """Every record so far; each line of the file is read once, however often this is called."""
        return self._reader.read()

    def report(self) -> dict[str, Any] | None:
        """The final report; None before it is there, and where it is damaged."""
        with suppress(ValueError):
            return read_report(self.folder)
        return None

    def best(self) -> Path | None:
        """The best network so far; None before the first epoch is over."""
        return _if_file(self.folder / BEST)

    def latest(self) -> Path | None:
        """The network of a moment ago while it runs, else the best one."""
        return _if_file(self.folder / LATEST) or self.best()

    def snapshots(self) -> list[Snapshot]:
        """The networks on the way, in order."""
        start = self.metrics().start
        return read_snapshots(self.folder, int(start["steps_per_epoch"]) if start else 1)


def _if_file(path: Path) -> Path | None:
    return path if path.is_file() else None

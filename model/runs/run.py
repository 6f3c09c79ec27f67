"""One training run in its present state."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from model.data.datasets import MISSING
from model.language import N_, translate_stored_message
from model.runs.folder import BEST, LATEST, RunSettings, Snapshot, read_snapshots
from model.runs.launchers import MESSAGES
from model.runs.metrics import Metrics, MetricsReader
from model.runs.report import read_report
from model.training.events import DIVERGED


class RunError(RuntimeError):
    """An action on a run is not possible. The message is one sentence for the user, in the reader's language."""


class State(StrEnum):
    """The state of a run: active, or how it ended."""

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
        """Whether the run has not ended yet."""
        return self in (State.WAITING, State.RUNNING, State.PAUSED, State.STOPPING)


@dataclass(frozen=True)
class Run:
    """One run in its present state.

    settings: None only if they are damaged. place: the place in the queue, from 1; None outside the queue.
    began: when its process started, in seconds since 1970; 0 before.
    stored_message: why it ended early, in English; "" for a run without a problem.
    """

    id: str
    folder: Path
    state: State
    settings: RunSettings | None
    stored_message: str
    place: int | None
    _reader: MetricsReader
    began: float = 0.0

    @property
    def created(self) -> float:
        """Seconds since 1970; 0 if the settings are damaged."""
        return self.settings.created if self.settings else 0.0

    @property
    def owner(self) -> str:
        """The student who started it; "" for a run of the command line, and where the settings are damaged."""
        return self.settings.owner if self.settings else ""

    @property
    def title(self) -> str:
        """Its title as the student wrote it, or its id without a title. Not safe as Markdown."""
        return (self.settings.title if self.settings else "") or self.id

    @property
    def message(self) -> str:
        """Why it ended early, in one sentence in the reader's language; "" without a problem."""
        return translate_stored_message(self.stored_message, DIVERGED, *MESSAGES)

    @property
    def notice(self) -> str:
        """A sentence in the reader's language if the offline digits replaced MNIST; otherwise ""."""
        return translate_stored_message(str((self.report() or {}).get("notice", "")), MISSING)

    def metrics(self) -> Metrics:
        """Every record so far. Each line of the file is read once, however often this is called."""
        return self._reader.read()

    def report(self) -> dict[str, Any] | None:
        """The final report; None before the end, and where the report is damaged."""
        with suppress(ValueError):
            return read_report(self.folder)
        return None

    def best(self) -> Path | None:
        """The file of the best network so far; None before the first epoch has ended."""
        return _if_file(self.folder / BEST)

    def latest(self) -> Path | None:
        """The file of the present network while the run is computed, else of the best network; None without either."""
        return _if_file(self.folder / LATEST) or self.best()

    def snapshots(self) -> list[Snapshot]:
        """The stored networks in the order of their steps."""
        start = self.metrics().start
        return read_snapshots(self.folder, int(start["steps_per_epoch"]) if start else 1)


def _if_file(path: Path) -> Path | None:
    return path if path.is_file() else None

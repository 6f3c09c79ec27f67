"""The interface of all launchers: start the process of a run, and check whether it still runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from model.runs.process import ProcessRecord

PROJECT = Path(__file__).parents[3]
SCRIPT = PROJECT / "train.py"

SaveRecord = Callable[[ProcessRecord], None]
"""Writes the record of a process into the folder of its run."""


class LaunchError(RuntimeError):
    """A run could not be started. The message is one sentence for the user, in English because reports store it."""


class Launcher(Protocol):
    """Starts the processes of runs.

    slots: how many runs are computed at the same time; None if the cluster decides.
    """

    slots: int | None

    def prepare(self) -> None:
        """Make the next start faster, if that is possible."""

    def launch(self, folder: Path, save_record: SaveRecord) -> None:
        """Start `train.py --run FOLDER --log`. `save_record(record)` is called before the training can start.

        The name of the folder is the id of the run. Raises LaunchError, and what save_record raises.
        """

    def is_alive(self, record: ProcessRecord) -> bool:
        """Whether the process or job of this record still runs."""

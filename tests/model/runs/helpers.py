"""Runs for the tests of model.runs: students, short starts, and a launcher without processes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from model.runs.launchers.base import LaunchError, SaveRecord
from model.runs.process import ProcessRecord
from model.runs.report import write_failure
from model.runs.run import Run, State
from model.runs.store import RunStore
from tests.runs import TINY, recipe

ANNA, BEN, CARL = "anna", "ben", "carl"
OVER = (State.FINISHED, State.STOPPED, State.FAILED, State.INTERRUPTED, State.DAMAGED)
UNIX = pytest.mark.skipif(os.name == "nt", reason="Windows ends processes in another way")


def start(store: RunStore, owner: str = ANNA, title: str = "", **values: Any) -> Run:
    return store.start(TINY, recipe(**values), owner, title)


def epochs_of(run: Run) -> int:
    return len(run.metrics().epochs)


class FakeLauncher:
    """A launcher without processes. A run counts as alive after its launch until the test ends it."""

    def __init__(self, slots: int | None = 1) -> None:
        self.slots = slots
        self.alive: list[str] = []
        self.launched: list[str] = []
        self.most = 0
        self.fails = False

    def prepare(self) -> None: ...

    def launch(self, folder: Path, save_record: SaveRecord) -> None:
        if self.fails:
            raise LaunchError("The machine took no process; try again.")
        save_record({"run": folder.name})
        self.launched.append(folder.name)
        self.alive.append(folder.name)
        self.most = max(self.most, len(self.alive))

    def is_alive(self, record: ProcessRecord) -> bool:
        return record.get("run") in self.alive


def end_run(store: RunStore, fake: FakeLauncher, name: str) -> None:
    """Write the report of this run, and let its process end."""
    write_failure(store.folder / name, "Over.")
    fake.alive.remove(name)


def ended(queue: RunStore, fake: FakeLauncher, owner: str, title: str) -> Run:
    """A run that has ended."""
    run = start(queue, owner, title)
    end_run(queue, fake, run.id)
    return run

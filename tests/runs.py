"""Training runs for tests: small ones, started in a moment, and a way to wait for what they do."""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import psutil

from model.network.config import ModelConfig
from model.network.train_config import TrainConfig
from model.runs.folder import PROCESS, read_json
from model.runs.launcher import Claim, LocalLauncher
from model.runs.process import is_alive, record_of
from model.runs.run import Run, State
from model.runs.store import RunStore
from tests.conftest import QUICK

TINY = ModelConfig(filters=(4,), dense_units=8)

ENDLESS = 300
"""So many epochs last longer than any test waits."""


def recipe(**values: Any) -> TrainConfig:
    """Two epochs of 18 steps, each of them 0.1 s."""
    return TrainConfig(**{**QUICK, "epochs": 2, "train_images": 300, "batch_size": 16, **values})


def end_runs(folder: Path) -> None:
    """Runs outlive the app that started them; those of a test must not."""
    store = RunStore(folder)
    for run in store.runs():
        store.stop(run.id, run.owner)


class ForkLauncher:
    """Starts the command line of a run in a process that has loaded PyTorch already: 0.1 s instead of 3."""

    def __init__(self, slots: int | None = 1) -> None:
        self.slots = slots
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["train", "tests.runs", "sklearn.datasets", "sklearn.model_selection"])
        self._lock = threading.Lock()

    def prepare(self) -> None: ...

    def launch(self, run: str, arguments: list[str], claim: Claim) -> None:
        with self._lock:
            ours, theirs = self._context.Pipe()
            process = self._context.Process(target=_train, args=(theirs, arguments), daemon=True)
            process.start()
            claim(record_of(process.pid or 0))
            ours.send("go")

    def is_alive(self, record: dict[str, Any]) -> bool:
        return is_alive(record)


def _train(claimed: Connection, arguments: list[str]) -> None:
    from train import main

    claimed.recv()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for channel in (1, 2):
        os.dup2(nowhere, channel)
    sys.exit(main(arguments))


def launcher(slots: int = 1) -> ForkLauncher | LocalLauncher:
    """Real processes; on Windows, which cannot fork, slower ones."""
    return ForkLauncher(slots) if "forkserver" in multiprocessing.get_all_start_methods() else LocalLauncher(slots)


def wait_until(condition: Callable[[], object], seconds: float = 60) -> None:
    """Returns as soon as the condition holds; fails where that takes too long on the slowest machine."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.02)


def now(store: RunStore, run: Run) -> Run:
    """The run as it is now."""
    found = store.get(run.id)
    assert found is not None, "the run is gone"
    return found


def wait_for(store: RunStore, run: Run, *states: State) -> Run:
    """Have the queue move on until the run is in one of these states."""

    def there() -> bool:
        store.dispatch()
        return now(store, run).state in states

    wait_until(there)
    return now(store, run)


def pid_of(run: Run) -> int:
    """The process that computes the run."""
    return int((read_json(run.folder / PROCESS) or {})["pid"])


@contextmanager
def nothing_left_running(folder: Path) -> Iterator[None]:
    """Ends every process that a run in this folder claims and that is still there."""
    try:
        yield
    finally:
        for path in folder.rglob(PROCESS):
            record = read_json(path) or {}
            if is_alive(record):
                psutil.Process(int(record["pid"])).kill()
                wait_until(lambda record=record: not is_alive(record))

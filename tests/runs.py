"""Training runs for tests: small runs that start quickly, and functions that wait for a state of a run."""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil

from model.network.config import ModelConfig
from model.network.train_config import TrainConfig
from model.runs.folder import PROCESS, read_json
from model.runs.launchers import LocalLauncher
from model.runs.launchers.base import SaveRecord
from model.runs.process import ProcessRecord, is_alive, record_of
from model.runs.run import Run, State
from model.runs.store import RunStore
from tests.conftest import QUICK, ROOT

TINY = ModelConfig(filters=(4,), dense_units=8)

ENDLESS = 300
"""A run of this many epochs does not end before the test does."""


def recipe(**values: Any) -> TrainConfig:
    """Two epochs of 18 steps, each of them 0.1 s."""
    return TrainConfig(**{**QUICK, "epochs": 2, "train_images": 300, "batch_size": 16, **values})


def end_runs(folder: Path) -> None:
    """Stop all runs: they would continue after the app of a test has ended."""
    store = RunStore(folder)
    for run in store.runs():
        store.stop(run.id, run.owner)


class ForkLauncher:
    """Starts a run in a process that has loaded PyTorch already, see tests.fork_server."""

    def __init__(self, slots: int | None = 1) -> None:
        self.slots = slots

    def prepare(self) -> None: ...

    def launch(self, folder: Path, save_record: SaveRecord) -> None:
        with _SERVER_LOCK:
            server = _fork_server()
            assert server.stdin is not None
            assert server.stdout is not None
            server.stdin.write(json.dumps(str(folder)) + "\n")
            server.stdin.flush()
            pid = int(server.stdout.readline())
            answer = "no"
            try:
                save_record(record_of(pid))
                answer = "go"
            finally:
                server.stdin.write(f"{answer}\n")
                server.stdin.flush()

    def is_alive(self, record: ProcessRecord) -> bool:
        return is_alive(record)


_SERVER_LOCK = threading.Lock()


@functools.cache
def _fork_server() -> subprocess.Popen[str]:
    """One server for all tests. It ends when this process ends, because its stdin is then closed."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.fork_server"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )


def launcher(slots: int = 1) -> ForkLauncher | LocalLauncher:
    """A launcher with real processes; on Windows, which cannot fork, the slower LocalLauncher."""
    return ForkLauncher(slots) if hasattr(os, "fork") else LocalLauncher(slots)


def wait_until(condition: Callable[[], object], seconds: float = 60) -> None:
    """Wait until the condition is true. Fail after a limit that is long enough for slow machines."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.02)


def now(store: RunStore, run: Run) -> Run:
    """The run in its present state."""
    found = store.get(run.id)
    assert found is not None, "the run was deleted"
    return found


def wait_for(store: RunStore, run: Run, *states: State) -> Run:
    """Start waiting runs until the run is in one of these states."""

    def there() -> bool:
        store.dispatch()
        return now(store, run).state in states

    wait_until(there)
    return now(store, run)


def pid_of(run: Run) -> int:
    """The number of the process that computes the run."""
    return int((read_json(run.folder / PROCESS) or {})["pid"])


@contextmanager
def nothing_left_running(folder: Path) -> Iterator[None]:
    """At the end, kill every process of a run in this folder."""
    try:
        yield
    finally:
        for path in folder.rglob(PROCESS):
            record = read_json(path) or {}
            if is_alive(record):
                with suppress(psutil.NoSuchProcess):  # it has just ended
                    psutil.Process(int(record["pid"])).kill()
                wait_until(lambda record=record: not is_alive(record))

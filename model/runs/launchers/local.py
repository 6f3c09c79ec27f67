"""Runs as processes of this machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

from model.language import N_
from model.runs.folder import LOG
from model.runs.launchers.base import SCRIPT, LaunchError, SaveRecord
from model.runs.process import ProcessRecord, is_alive, lower_priority, record_of

NO_PROCESS = N_("No process could be started ({reason}); try again.")


class LocalLauncher:
    """Processes of this machine, at low priority. They continue after the app has ended.

    By default, one run is computed at a time for each two cores. The runs share the cores equally.
    """

    def __init__(self, slots: int | None = None) -> None:
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        self.slots: int | None = slots or max(1, cores // 2)
        self._threads = max(1, cores // self.slots)
        self._lock = threading.Lock()
        self._ready: subprocess.Popen[bytes] | None = None
        self._started: list[subprocess.Popen[bytes]] = []

    def prepare(self) -> None:
        """Keep one process ready that has loaded everything, because importing PyTorch and reading MNIST take 3 s."""
        with self._lock:
            self._started = [process for process in self._started if process.poll() is None]  # removes zombies
            if not self._is_ready():
                self._ready = self._spawn(Path(os.devnull))

    def launch(self, folder: Path, save_record: SaveRecord) -> None:
        """Give the folder to the process that is ready, or to a new one."""
        with self._lock:
            process = self._ready if self._ready and self._is_ready() else self._spawn(folder / LOG)
            self._ready = process  # if the record cannot be saved, the next try uses the same process
            save_record(record_of(process.pid))
            self._ready = None
            try:
                if process.stdin is not None:  # always true, because it is a pipe
                    process.stdin.write(json.dumps(str(folder)).encode() + b"\n")
                    process.stdin.close()
            except OSError:
                raise LaunchError(N_("The process of this run ended before it began; start the run again.")) from None
            self._started.append(process)

    def is_alive(self, record: ProcessRecord) -> bool:
        """Whether the process of this record still runs."""
        return is_alive(record)

    def _is_ready(self) -> bool:
        return self._ready is not None and self._ready.poll() is None

    def _spawn(self, output: Path) -> subprocess.Popen[bytes]:
        """A new process that waits for the folder of a run. output: the file for its output until then."""
        environment = {**os.environ, "OMP_NUM_THREADS": str(self._threads)}
        try:
            with output.open("ab") as file:
                process = subprocess.Popen(  # noqa: S603 - our own script, no shell
                    [sys.executable, str(SCRIPT), "--stand-by"],
                    stdin=subprocess.PIPE,
                    stdout=file,
                    stderr=file,
                    env=environment,
                    start_new_session=True,
                )
        except OSError as error:
            raise LaunchError(NO_PROCESS.format(reason=error.strerror)) from None
        lower_priority(process.pid)
        return process

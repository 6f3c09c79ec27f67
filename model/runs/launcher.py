"""Starts the command line of a run: as a process of this machine, or as a job of a Ray cluster."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from model.data.datasets import DATA_VARIABLE, data_folder
from model.language import N_
from model.runs.process import is_alive, lower_priority, record_of

RAY_VARIABLE = "DIGIT_LAB_RAY"
"""The address of a Ray cluster's dashboard, such as http://127.0.0.1:8265, to which runs go."""

PROJECT = Path(__file__).parents[2]
_SCRIPT = PROJECT / "train.py"
_NOT_SENT = [".git", ".venv", "data", "runs", "checkpoints", "docs", "**/__pycache__"]

_SUBMIT_SECONDS = 60.0
"""A cluster may take so long to hear of a new job."""

_NO_PROCESS = N_("No process could be started ({reason}); try again.")
_NO_RAY = N_("{variable} is set but Ray is not installed; run `pip install -r requirements-ray.txt`.")
_NO_JOB = N_("Ray at {address} took no job ({reason}); is the cluster up?")
MESSAGES = (_NO_PROCESS, _NO_RAY, _NO_JOB)
"""What a LaunchError may say with values."""

Claim = Callable[[dict[str, Any]], None]
"""Takes the record of a process, by which `is_alive` knows it."""


class LaunchError(RuntimeError):
    """A run that could not be started. The message is one sentence for the user, in English: reports keep it."""


class Launcher(Protocol):
    """Where runs are computed. `slots`: how many at once; None where that is the cluster's own business."""

    slots: int | None

    def prepare(self) -> None:
        """Make the next start quick, where that is possible."""

    def launch(self, run: str, arguments: list[str], claim: Claim) -> None:
        """Start train.py with these arguments; `claim(record)` is called before it can do anything.

        Raises LaunchError.
        """

    def is_alive(self, record: dict[str, Any]) -> bool:
        """Whether what was launched under this record still goes on."""


class LocalLauncher:
    """Processes of this machine, at low priority, with a share of its cores each. They outlive the app.

    By default there is one run at once for each two cores.
    """

    def __init__(self, slots: int | None = None) -> None:
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        self.slots: int | None = slots or max(1, cores // 2)
        self._threads = max(1, cores // self.slots)
        self._lock = threading.Lock()
        self._ready: subprocess.Popen[bytes] | None = None
        self._children: list[subprocess.Popen[bytes]] = []

    def prepare(self) -> None:
        """Keep one process ready that has loaded everything: importing PyTorch and reading MNIST take 3 s."""
        with self._lock:
            self._children = [child for child in self._children if child.poll() is None]  # reaps those that ended
            if self._ready is None or self._ready.poll() is not None:
                self._ready = self._spawn()

    def launch(self, run: str, arguments: list[str], claim: Claim) -> None:
        """Hand the arguments to the process that is ready, or to a new one."""
        with self._lock:
            process, self._ready = self._ready, None
            if process is None or process.poll() is not None:
                process = self._spawn()
            try:
                claim(record_of(process.pid))
            except Exception:
                self._ready = process  # the next try need not wait for another
                raise
            try:
                if process.stdin is not None:  # always: it is a pipe
                    process.stdin.write(json.dumps(arguments).encode() + b"\n")
                    process.stdin.close()
            except OSError:
                raise LaunchError(N_("The process of this run ended before it began; start the run again.")) from None
            self._children.append(process)

    def is_alive(self, record: dict[str, Any]) -> bool:
        """Whether the process of this record is there and is the same one."""
        return is_alive(record)

    def _spawn(self) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "OMP_NUM_THREADS": str(self._threads)}
        try:
            process = subprocess.Popen(  # noqa: S603 - our own script, no shell
                [sys.executable, str(_SCRIPT), "--stand-by"],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=environment,
                start_new_session=True,
            )
        except OSError as error:
            raise LaunchError(_NO_PROCESS.format(reason=error.strerror)) from None
        lower_priority(process.pid)
        return process


class RayLauncher:
    """Jobs of a Ray cluster, through Ray's own job submission.

    The folder of the runs, and that of the data, must be ones that its machines share.
    """

    slots: int | None = None

    def __init__(self, address: str) -> None:
        try:
            from ray.job_submission import JobSubmissionClient
        except ImportError:
            raise LaunchError(_NO_RAY.format(variable=RAY_VARIABLE)) from None
        self._address = address
        self._client_of = JobSubmissionClient
        self._client: Any = None

    def prepare(self) -> None:
        """Ray starts its own workers."""

    def launch(self, run: str, arguments: list[str], claim: Claim) -> None:
        """Submit the command; its job bears the run's name."""
        claim({"ray": run, "since": time.time()})
        variables = {DATA_VARIABLE: str(data_folder().absolute())}
        try:
            self._connected().submit_job(
                entrypoint=shlex.join(["python", _SCRIPT.name, *arguments]),
                submission_id=run,
                runtime_env={"working_dir": str(PROJECT), "excludes": _NOT_SENT, "env_vars": variables},
            )
        except Exception as error:  # whatever lies between here and the cluster
            raise LaunchError(_NO_JOB.format(address=self._address, reason=_brief(error))) from None

    def is_alive(self, record: dict[str, Any]) -> bool:
        """Whether the job waits or runs; one that cannot be asked about counts as alive.

        A cluster that was started anew knows nothing of its old jobs: they are over.
        """
        job, since = record.get("ray"), record.get("since")
        if not isinstance(job, str):
            return is_alive(record)
        try:
            return not self._connected().get_job_status(job).is_terminal()
        except Exception as error:  # whatever lies between here and the cluster
            unknown = "404" in str(error) and "does not exist" in str(error)
            return not unknown or (isinstance(since, float) and abs(time.time() - since) < _SUBMIT_SECONDS)

    def _connected(self) -> Any:
        self._client = self._client or self._client_of(self._address)
        return self._client


def _brief(error: Exception) -> str:
    return " ".join(str(error).split())[:120]


def default_launcher() -> Launcher:
    """The Ray cluster of $DIGIT_LAB_RAY, else this machine. Raises LaunchError where Ray is asked for and absent."""
    address = os.environ.get(RAY_VARIABLE)
    return RayLauncher(address) if address else LocalLauncher()

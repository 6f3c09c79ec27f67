"""Runs as jobs of a Ray cluster.

Ray's job submission: https://docs.ray.io/en/latest/cluster/running-applications
"""

from __future__ import annotations

import shlex
import time
from pathlib import Path
from typing import Any

from model.data.datasets import DATA_VARIABLE, data_folder
from model.language import N_
from model.runs.launchers.base import PROJECT, SCRIPT, LaunchError, SaveRecord
from model.runs.process import ProcessRecord, is_alive

RAY_VARIABLE = "DIGIT_LAB_RAY"
"""The address of a Ray cluster's dashboard, such as http://127.0.0.1:8265. Runs are then jobs of this cluster."""

NO_RAY = N_("{variable} is set but Ray is not installed; run `pip install -r requirements-ray.txt`.")
NO_JOB = N_("Ray at {address} did not accept the job ({reason}); check that the cluster is running.")

_NOT_SENT = ["/.git", "/.venv", "/data", "/runs", "/checkpoints", "/docs", "**/__pycache__"]
"""In the syntax of .gitignore. The slash matters: model/data and model/runs must be sent."""

_SUBMIT_SECONDS = 60.0
"""During these seconds after the start, the cluster may not know a job yet."""


class RayLauncher:
    """Jobs of a Ray cluster. Its machines must share the folder of the runs and the folder of the data."""

    slots: int | None = None

    def __init__(self, address: str) -> None:
        """Raises LaunchError if Ray is not installed."""
        try:
            from ray.job_submission import JobSubmissionClient
        except ImportError:
            raise LaunchError(NO_RAY.format(variable=RAY_VARIABLE)) from None
        self._address = address
        self._new_client = JobSubmissionClient
        self._client: Any = None

    def prepare(self) -> None:
        """Do nothing: Ray starts its own workers."""

    def launch(self, folder: Path, save_record: SaveRecord) -> None:
        """Submit the command as a job. The id of the job is the id of the run."""
        save_record({"ray": folder.name, "since": time.time()})
        variables = {DATA_VARIABLE: str(data_folder().absolute())}
        try:
            self._connected().submit_job(
                entrypoint=shlex.join(["python", SCRIPT.name, "--run", str(folder), "--log"]),
                submission_id=folder.name,
                runtime_env={"working_dir": str(PROJECT), "excludes": _NOT_SENT, "env_vars": variables},
            )
        except Exception as error:  # the network and the cluster may fail in any way
            raise LaunchError(NO_JOB.format(address=self._address, reason=_brief(error))) from None

    def is_alive(self, record: ProcessRecord) -> bool:
        """Whether the job waits or runs. If the cluster does not answer, the job counts as alive.

        A restarted cluster does not know its old jobs: they have ended.
        """
        job, since = record.get("ray"), record.get("since")
        if not isinstance(job, str):
            return is_alive(record)
        try:
            return not self._connected().get_job_status(job).is_terminal()
        except Exception as error:  # the network and the cluster may fail in any way
            unknown = "404" in str(error) and "does not exist" in str(error)
            return not unknown or (isinstance(since, float) and abs(time.time() - since) < _SUBMIT_SECONDS)

    def _connected(self) -> Any:
        self._client = self._client or self._new_client(self._address)
        return self._client


def _brief(error: Exception) -> str:
    return " ".join(str(error).split())[:120]

"""The files in the folder of a training run, and how the small ones are written and read.

    run.json              the settings: title, owner, experiment, model, train; written once
    control.json          the command: wait, run, pause or stop
    process.json          the record of the process that computes the run
    log.txt               the output of that process, see model.runs.log
    metrics.jsonl         one record per line, see model.runs.metrics
    snapshots/            networks during training, named by the number of steps
    latest.safetensors    the most recent network of an active run
    best.safetensors      the network of the best epoch so far
    report.json           the outcome and the figures of the run, see model.runs.report

Each file is replaced as a whole, and a line is read only when it is complete. So a reader never sees an incomplete
record.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import Field

from model.network.checkpoint import write_atomically
from model.network.config import ModelConfig
from model.network.settings import Settings
from model.network.train_config import TrainConfig

RUN, CONTROL, PROCESS, METRICS, REPORT = "run.json", "control.json", "process.json", "metrics.jsonl", "report.json"
LATEST, BEST, SNAPSHOTS, LOG = "latest.safetensors", "best.safetensors", "snapshots", "log.txt"
MAX_TITLE = 80
LAST_TIME = 253_402_214_400.0
"""The last day of the year 9999 in seconds since 1970. Python's datetime has no later year."""


class Command(StrEnum):
    """The command in control.json: wait in the queue, run, pause, or stop."""

    WAIT = "wait"
    RUN = "run"
    PAUSE = "pause"
    STOP = "stop"


class RunSettings(Settings):
    """All settings of a run.

    owner: the student who may stop it; "" for a run of the command line. created: seconds since 1970.
    """

    title: str = Field(default="", max_length=MAX_TITLE)
    owner: str = Field(default="", max_length=64)
    experiment: str = Field(default="", max_length=64)
    created: float = Field(default_factory=time.time, ge=0, le=LAST_TIME)
    model: ModelConfig
    train: TrainConfig


def write_json(path: Path, content: object, *, durable: bool = True, make_folder: bool = False) -> None:
    """Atomically replace the file by this JSON.

    make_folder: also make missing folders. Without it, a write into a deleted run fails, so that the run stays deleted.
    Raises CheckpointError if the file cannot be written.
    """
    write_atomically(path, json.dumps(content).encode(), durable=durable, make_folder=make_folder)


def read_json(path: Path) -> dict[str, Any] | None:
    """The JSON object in a file; None if the file is missing. Raises ValueError if it holds anything else."""
    try:
        content = json.loads(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, RecursionError) as error:
        raise ValueError(str(error)) from None
    if not isinstance(content, dict):
        raise ValueError("not a JSON object")
    return content


def read_settings(folder: Path) -> RunSettings:
    """The settings in run.json.

    Raises ValueError if the file is missing or damaged, and SettingsError, which names the setting, for a wrong one.
    """
    content = read_json(folder / RUN)
    if content is None:
        raise ValueError("no settings")
    return RunSettings.parse(content)


def read_command(folder: Path) -> Command:
    """The command in control.json; RUN where the file is missing or damaged."""
    try:
        return Command((read_json(folder / CONTROL) or {}).get("wanted", Command.RUN))
    except ValueError:
        return Command.RUN


def write_command(folder: Path, command: Command) -> None:
    """Replace the command in control.json. Raises CheckpointError if it cannot be written."""
    write_json(folder / CONTROL, {"wanted": command}, durable=False)


@dataclass(frozen=True)
class Snapshot:
    """A stored network: after `step` steps, which are `epoch` passes over the training images."""

    step: int
    epoch: float
    path: Path


def snapshot_path(folder: Path, step: int) -> Path:
    """The file of the snapshot after this number of steps."""
    return folder / SNAPSHOTS / f"{step:08d}.safetensors"


def read_snapshots(folder: Path, steps_per_epoch: int) -> list[Snapshot]:
    """The snapshots so far, in the order of their steps."""
    found = sorted(path for path in (folder / SNAPSHOTS).glob("*.safetensors") if path.stem.isdecimal())
    return [Snapshot(int(path.stem), int(path.stem) / max(1, steps_per_epoch), path) for path in found]

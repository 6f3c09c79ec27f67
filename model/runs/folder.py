"""What lies in the folder of a training run, and how it is written and read.

    run.json              its settings: title, owner, experiment, model, train; written once
    control.json          what is wanted of it: wait, run, pause or stop
    process.json          who computes it
    metrics.jsonl         one record a line, as they come
    snapshots/            networks on the way, by the number of steps
    latest.safetensors    the network of a moment ago
    best.safetensors      the best epoch so far
    report.json           how it ended

Files are replaced whole and lines are read only when they are complete, so a reader never sees half a record.
"""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from model.network.checkpoint import write_atomically
from model.network.config import ModelConfig
from model.network.layers import CLASSES
from model.network.settings import Settings
from model.network.train_config import TrainConfig

RUN, CONTROL, PROCESS, METRICS, REPORT = "run.json", "control.json", "process.json", "metrics.jsonl", "report.json"
LATEST, BEST, SNAPSHOTS = "latest.safetensors", "best.safetensors", "snapshots"
MAX_TITLE = 80
LAST_TIME = 253_402_214_400.0
"""The last day of the year 9999 in seconds since 1970: no calendar goes further."""


class Command(StrEnum):
    """What control.json asks of a run: to hold still until its turn comes, to go on, to pause, to end."""

    WAIT = "wait"
    RUN = "run"
    PAUSE = "pause"
    STOP = "stop"


class RunSettings(Settings):
    """What a run is. owner: who may stop it, "" for the command line. created: seconds since 1970."""

    title: str = Field(default="", max_length=MAX_TITLE)
    owner: str = Field(default="", max_length=64)
    experiment: str = Field(default="", max_length=64)
    created: float = Field(default_factory=time.time, ge=0, le=LAST_TIME)
    model: ModelConfig
    train: TrainConfig


@dataclass(frozen=True)
class Snapshot:
    """A network on the way: after `step` steps, which is `epoch` passes over the training images."""

    step: int
    epoch: float
    path: Path


@dataclass(frozen=True)
class Metrics:
    """The records of metrics.jsonl by their kind.

    start: device, precision, parameters, images, validation_images, steps_per_epoch; None before it comes.
    steps: step, epoch (a fraction), loss, accuracy, learning_rate, images_per_second: means since the last one.
    checks: step, epoch, loss, accuracy: validation within the first epoch. epochs: as EpochEnd, with its last step.
    Each has `elapsed` too: seconds since the start of the run, pauses left out.
    """

    start: dict[str, Any] | None = None
    steps: list[dict[str, Any]] = field(default_factory=list)
    checks: list[dict[str, Any]] = field(default_factory=list)
    epochs: list[dict[str, Any]] = field(default_factory=list)


class _Record(BaseModel):
    """Part of a report. What is not named here is kept as it is."""

    model_config = ConfigDict(extra="allow", allow_inf_nan=False, protected_namespaces=())


_Share = Annotated[float, Field(ge=0, le=1)]
_Count = Annotated[int, Field(ge=0)]
_Row = Annotated[list[_Count], Field(min_length=CLASSES, max_length=CLASSES)]
_Digit = Annotated[int, Field(ge=0, lt=CLASSES)]


class _Failure(_Record):
    outcome: Literal["failed"]
    message: str


class _Mistake(_Record):
    number: _Count
    label: _Digit
    digit: _Digit
    share: _Share
    truth_share: _Share


class _Epoch(_Record):
    epoch: _Count
    train_loss: float
    train_accuracy: _Share
    validation_loss: float | None
    validation_accuracy: _Share | None
    learning_rate: float
    seconds: float


class _Result(_Record):
    outcome: Literal["finished", "stopped"]
    message: str
    notice: str
    test_accuracy: _Share
    test_loss: float
    training_accuracy: _Share
    gap: float
    train_seconds: float
    epochs: _Count
    best_epoch: _Count
    parameters: _Count
    device: str
    data: str
    seed: _Count
    history: list[_Epoch]
    confusion: Annotated[list[_Row], Field(min_length=CLASSES, max_length=CLASSES)]
    mistakes: list[_Mistake]


_REPORT: TypeAdapter[_Failure | _Result] = TypeAdapter(Annotated[_Failure | _Result, Field(discriminator="outcome")])


class MetricsReader:
    """Reads metrics.jsonl as it grows: each line once. Safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / METRICS
        self._lock = threading.Lock()
        self._offset = 0
        self._metrics = Metrics()

    def read(self) -> Metrics:
        """Every complete record so far; to be looked at, not changed.

        A last line without its end waits for it. A line that is no record, or lacks a number of its kind, is left out.
        """
        with self._lock:
            try:
                with self._path.open("rb") as file:
                    file.seek(self._offset)
                    content = file.read()
            except OSError:
                return self._metrics
            whole = content[: content.rfind(b"\n") + 1]
            self._offset += len(whole)
            for line in whole.splitlines():
                self._metrics = _with(self._metrics, line)
            return self._metrics


def _with(metrics: Metrics, line: bytes) -> Metrics:
    try:
        record = json.loads(line)
        kind = record["kind"]
        usable = all(_is_number(record[name]) for name in _NUMBERS[kind])
        usable &= all(record[name] is None or _is_number(record[name]) for name in _NUMBERS_OR_NONE.get(kind, ()))
        if not usable or not all(isinstance(record[name], str) for name in _TEXTS.get(kind, ())):
            return metrics
    except (ValueError, KeyError, TypeError, RecursionError):
        return metrics
    if kind == "start":
        return replace(metrics, start=record)
    {"step": metrics.steps, "check": metrics.checks, "epoch": metrics.epochs}[kind].append(record)
    return metrics


_NUMBERS = {
    "start": ("parameters", "images", "validation_images", "steps_per_epoch", "elapsed"),
    "step": ("step", "epoch", "loss", "accuracy", "learning_rate", "images_per_second", "elapsed"),
    "check": ("step", "epoch", "loss", "accuracy", "elapsed"),
    "epoch": ("step", "epoch", "train_loss", "train_accuracy", "learning_rate", "seconds", "elapsed"),
}
_NUMBERS_OR_NONE = {"epoch": ("validation_loss", "validation_accuracy")}
_TEXTS = {"start": ("device", "precision")}


def _is_number(value: object) -> bool:
    """Whether it can be drawn: JSON from Python may hold NaN, infinities and whole numbers of any length."""
    return isinstance(value, int | float) and not isinstance(value, bool) and -1e15 < value < 1e15


def write_json(path: Path, content: object, *, durable: bool = True, make_folder: bool = False) -> None:
    """Replace the file by this JSON, whole or not at all; without `make_folder` a deleted run stays deleted.

    Raises CheckpointError where it cannot be written.
    """
    write_atomically(path, json.dumps(content).encode(), durable=durable, make_folder=make_folder)


def read_json(path: Path) -> dict[str, Any] | None:
    """The JSON object in a file, or None where the file is missing. Raises ValueError where it holds anything else."""
    try:
        content = json.loads(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, RecursionError) as error:
        raise ValueError(str(error)) from None
    if not isinstance(content, dict):
        raise ValueError("no object")
    return content


def read_settings(folder: Path) -> RunSettings:
    """What run.json says. Raises ValueError where it is missing or damaged."""
    content = read_json(folder / RUN)
    if content is None:
        raise ValueError("no settings")
    try:
        return RunSettings.model_validate(content)
    except ValidationError as error:
        raise ValueError("damaged settings") from error


def read_report(folder: Path) -> dict[str, Any] | None:
    """The final report, None before it is there. Raises ValueError where it lacks something or is damaged."""
    content = read_json(folder / REPORT)
    try:
        return None if content is None else _REPORT.validate_python(content).model_dump()
    except (ValidationError, RecursionError) as error:
        raise ValueError("damaged report") from error


def read_command(folder: Path) -> Command:
    """What is wanted of the run; to run, where nobody says anything else."""
    try:
        return Command((read_json(folder / CONTROL) or {}).get("wanted", Command.RUN))
    except ValueError:
        return Command.RUN


def write_command(folder: Path, wanted: Command) -> None:
    """Tell the run. Raises CheckpointError where that cannot be written."""
    write_json(folder / CONTROL, {"wanted": wanted}, durable=False)


def read_snapshots(folder: Path, steps_per_epoch: int) -> list[Snapshot]:
    """The snapshots so far, in the order of their steps."""
    found = sorted(path for path in (folder / SNAPSHOTS).glob("*.safetensors") if path.stem.isdecimal())
    return [Snapshot(int(path.stem), int(path.stem) / max(1, steps_per_epoch), path) for path in found]


def snapshot_path(folder: Path, step: int) -> Path:
    """Where the snapshot after so many steps lies."""
    return folder / SNAPSHOTS / f"{step:08d}.safetensors"

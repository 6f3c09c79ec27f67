"""The final report of a run in report.json: its outcome, its figures and its mistakes, checked when it is read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from model.network.layers import CLASSES
from model.runs.folder import REPORT, read_json, write_json
from model.training.events import Finished

_Share = Annotated[float, Field(ge=0, le=1)]
_Count = Annotated[int, Field(ge=0)]
_Row = Annotated[list[_Count], Field(min_length=CLASSES, max_length=CLASSES)]
_Digit = Annotated[int, Field(ge=0, lt=CLASSES)]


class _Record(BaseModel):
    """Part of a report. Fields that are not named here stay unchanged."""

    model_config = ConfigDict(extra="allow", allow_inf_nan=False, protected_namespaces=())


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


class _Success(_Record):
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


_REPORT: TypeAdapter[_Failure | _Success] = TypeAdapter(Annotated[_Failure | _Success, Field(discriminator="outcome")])


def report_of(finished: Finished) -> dict[str, Any]:
    """The figures of a training that has ended, as `train.py --report` writes them."""
    metrics = finished.checkpoint.metrics
    names = ("test_accuracy", "test_loss", "train_seconds", "epochs", "best_epoch", "parameters", "device", "history")
    return {name: metrics[name] for name in names} | {
        "data": finished.checkpoint.data,
        "seed": finished.checkpoint.train.seed,
    }


def read_report(folder: Path) -> dict[str, Any] | None:
    """The report; None if there is none yet. Raises ValueError if it is damaged or lacks a field."""
    content = read_json(folder / REPORT)
    try:
        return None if content is None else _REPORT.validate_python(content).model_dump()
    except (ValidationError, RecursionError) as error:
        raise ValueError("damaged report") from error


def write_failure(folder: Path, message: str) -> None:
    """Write the report of a run that failed. message: one sentence in English for the user.

    Raises CheckpointError if it cannot be written.
    """
    write_json(folder / REPORT, {"outcome": "failed", "message": message})

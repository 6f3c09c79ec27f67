"""The header of a checkpoint file: settings, name of the data set, and figures, as JSON in the file's metadata.

A file can come from anywhere, so every value is checked before it is used.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from model.network.config import ModelConfig
from model.network.train_config import TrainConfig

FORMAT = "digit-lab"
FORMAT_VERSION = "1"

MAX_HEADER_BYTES = 2**19
"""The header of a run of 300 epochs has a fifth of this size. A longer header is refused before its JSON is read."""

MAX_EPOCHS = 300
"""The largest number of epochs in TrainConfig."""

_Text = Annotated[str, Field(max_length=40, pattern=r"^\w[\w .:-]*$")]
"""A name such as `mnist` or `cuda:0`: one line, without any Markdown."""

_Count = Annotated[int, Field(ge=0, le=10**12)]
_Epoch = Annotated[int, Field(ge=0, le=MAX_EPOCHS)]
_Amount = Annotated[float, Field(ge=0, le=1e38)]
_Share = Annotated[float, Field(ge=0, le=1)]


class _Figures(BaseModel):
    """Figures of a network. Each may be missing or null; unknown names are left out."""

    model_config = ConfigDict(strict=True, extra="ignore", allow_inf_nan=False, protected_namespaces=())


class _EpochFigures(_Figures):
    """One epoch. Losses in nats, accuracies from 0 to 1, times in seconds."""

    epoch: _Epoch
    train_loss: _Amount | None = None
    train_accuracy: _Share | None = None
    validation_loss: _Amount | None = None
    validation_accuracy: _Share | None = None
    learning_rate: _Amount | None = None
    seconds: _Amount | None = None


class _Metrics(_Figures):
    """The figures that the pages show. Each one is missing, null, or of this type and in this range."""

    test_accuracy: _Share | None = None
    test_loss: _Amount | None = None
    validation_accuracy: _Share | None = None
    train_seconds: _Amount | None = None
    epochs: _Epoch | None = None
    best_epoch: _Epoch | None = None
    parameters: _Count | None = None
    device: _Text | None = None
    step: _Count | None = None
    epoch: _Amount | None = None
    history: Annotated[list[_EpochFigures], Field(max_length=MAX_EPOCHS)] = []


_TEXT: TypeAdapter[str] = TypeAdapter(_Text)


@dataclass(frozen=True)
class Header:
    """Everything in a checkpoint except its weights. data: name of the data set. metrics: figures by name."""

    model: ModelConfig
    train: TrainConfig
    data: str
    metrics: Mapping[str, Any]

    def metadata(self) -> dict[str, str]:
        """The header as the metadata of a .safetensors file."""
        return {
            "format": FORMAT,
            "version": FORMAT_VERSION,
            "model": self.model.model_dump_json(),
            "train": self.train.model_dump_json(),
            "data": self.data,
            "metrics": json.dumps(_without_infinities(dict(self.metrics))),
        }

    @classmethod
    def parse(cls, metadata: Mapping[str, Any]) -> Header:
        """The header in this metadata. Raises KeyError, TypeError, ValueError or RecursionError if it is damaged."""
        return cls(
            ModelConfig.parse(json.loads(metadata["model"])),
            TrainConfig.parse(json.loads(metadata["train"])),
            _TEXT.validate_python(metadata["data"], strict=True),
            _Metrics.model_validate_json(metadata["metrics"]).model_dump(exclude_unset=True),
        )


def header_bytes(content: bytes) -> int:
    """The length of the header, which is in the first 8 bytes of a .safetensors file."""
    return int.from_bytes(content[:8], "little")


def read_metadata(content: bytes) -> dict[str, Any]:
    """The metadata of a file that safetensors has accepted: after the 8 bytes of length the header is JSON."""
    metadata = json.loads(content[8 : 8 + header_bytes(content)]).get("__metadata__", {})
    return metadata if isinstance(metadata, dict) else {}


def _without_infinities(value: Any) -> Any:
    """The same value with null for numbers that are not finite, which JSON does not have."""
    if isinstance(value, Mapping):
        return {name: _without_infinities(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_without_infinities(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value

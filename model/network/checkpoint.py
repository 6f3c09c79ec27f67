"""One .safetensors file per network: its weights, and a JSON header with config, data and metrics.

Nothing is ever unpickled. A file is written beside its place and then moved over it, so that a reader, a crash or a
full disk meets either the old file or the new one, whole.
"""

from __future__ import annotations

import json
import math
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import torch
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from safetensors import SafetensorError
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors
from torch import Tensor

from model.language import _
from model.network.cnn import DigitCNN, example_input
from model.network.config import ModelConfig
from model.network.settings import SettingsError
from model.network.train_config import TrainConfig

FORMAT = "digit-lab"
FORMAT_VERSION = 1
MAX_BYTES = 20 * 2**20
"""No network that ModelConfig allows and a class can train needs more; anything larger is refused unread."""

MAX_HEADER_BYTES = 2**19
"""The header of a run of 300 epochs takes a fifth of it; a longer one is refused before its JSON is read."""

MAX_EPOCHS = 300
"""As many as TrainConfig allows."""


class CheckpointError(ValueError):
    """A file that cannot be used as a network. The message is one sentence for the user."""


_Text = Annotated[str, Field(max_length=40, pattern=r"^\w[\w .:-]*$")]
"""A name such as `mnist` or `cuda:0`: in one line, and nothing that a page could take for Markdown."""

_Count = Annotated[int, Field(ge=0, le=10**12)]
_Epoch = Annotated[int, Field(ge=0, le=MAX_EPOCHS)]
_Amount = Annotated[float, Field(ge=0, le=1e38)]
_Share = Annotated[float, Field(ge=0, le=1)]


class _Figures(BaseModel):
    """Figures in the header of a file. Any may be missing or null; those that are not named are dropped."""

    model_config = ConfigDict(strict=True, extra="ignore", allow_inf_nan=False, protected_namespaces=())


class _EpochFigures(_Figures):
    """One epoch. Losses in nats, accuracies from 0 to 1, seconds."""

    epoch: _Epoch
    train_loss: _Amount | None = None
    train_accuracy: _Share | None = None
    validation_loss: _Amount | None = None
    validation_accuracy: _Share | None = None
    learning_rate: _Amount | None = None
    seconds: _Amount | None = None


class _Metrics(_Figures):
    """What pages may count on: whoever made the file, a figure is of this type and in this range, or not there."""

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
class Checkpoint:
    """A trained network with its origin.

    weights: state dict of DigitCNN, on the CPU. data: name of the data set. metrics: the figures of _Metrics that are
    known, such as test_accuracy (0 to 1), parameters, epochs; `history` holds one record per epoch.
    """

    model: ModelConfig
    train: TrainConfig
    weights: Mapping[str, Tensor]
    data: str
    metrics: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""

    def build(self) -> DigitCNN:
        """The network, on the CPU, in evaluation mode, without gradients."""
        network = DigitCNN(self.model)
        network.load_state_dict(dict(self.weights))
        return network.eval().requires_grad_(False)

    def content(self) -> bytes:
        """The checkpoint as the bytes of its file: a .safetensors file whose header holds everything but weights."""
        header = {
            "format": FORMAT,
            "version": str(FORMAT_VERSION),
            "model": self.model.model_dump_json(),
            "train": self.train.model_dump_json(),
            "data": self.data,
            "metrics": json.dumps(_without_infinities(dict(self.metrics))),
        }
        tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in self.weights.items()}
        return save_tensors(tensors, metadata=header)


def save_checkpoint(
    checkpoint: Checkpoint, path: str | Path, *, durable: bool = True, make_folder: bool = True
) -> None:
    """Write the checkpoint to `path` as `write_atomically` does. Raises CheckpointError where it cannot be written."""
    write_atomically(Path(path), checkpoint.content(), durable=durable, make_folder=make_folder)


def write_atomically(path: Path, content: bytes, *, durable: bool = True, make_folder: bool = True) -> None:
    """Replace the file at `path` by `content`; on any failure the old file stays as it was.

    durable: wait until it would outlive a power cut, some 5 ms. make_folder: make the file's folder where it is not
    there; else that is a failure too. Raises CheckpointError with the system's reason.
    """
    unfinished: Path | None = None
    try:
        if make_folder:
            path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
        unfinished = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        unfinished.chmod(0o644)  # mkstemp makes it private
        unfinished.replace(path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise CheckpointError(
            _("{path} could not be written ({reason}); what was there before is untouched.", path=path, reason=reason)
        ) from None
    finally:
        if unfinished is not None:
            with suppress(OSError):  # it is gone where the move succeeded
                unfinished.unlink()


def load_checkpoint(path: str | Path) -> Checkpoint:
    """The checkpoint at `path`. Raises CheckpointError: missing, too large, damaged, foreign or from the future."""
    path = Path(path)
    try:
        if path.exists() and not path.is_file():  # a folder, or a device that never ends
            raise CheckpointError(_("{path} is no file; choose a .safetensors file.", path=path))
        if path.stat().st_size > MAX_BYTES:
            raise _too_large(path.name)
        content = path.read_bytes()
    except FileNotFoundError:
        raise CheckpointError(
            _("There is no file {path}; train one with `python train.py --output {path}`.", path=path)
        ) from None
    except OSError as error:
        raise CheckpointError(_("{path} could not be read ({reason}).", path=path, reason=error.strerror)) from None
    except CheckpointError:
        raise
    except ValueError:  # a path with a NUL in it
        raise CheckpointError(_("That is no file name; choose another file.")) from None
    return read_checkpoint(content, path.name)


def read_checkpoint(content: bytes, name: str) -> Checkpoint:
    """The checkpoint in these bytes; `name` is what messages call it. Raises CheckpointError as `load_checkpoint`."""
    if len(content) > MAX_BYTES:
        raise _too_large(name)
    try:
        if _header_bytes(content) > MAX_HEADER_BYTES:
            raise ValueError("a giant header")
        weights = load_tensors(content)
    except (SafetensorError, ValueError, RuntimeError, KeyError, OverflowError):
        raise CheckpointError(
            _("{name} is damaged or no .safetensors file; choose another or train it again.", name=name)
        ) from None
    header = _header(content)
    if header.get("format") != FORMAT:
        raise CheckpointError(_("{name} was not made by Digit Lab; choose a file that train.py wrote.", name=name))
    if header.get("version") != str(FORMAT_VERSION):
        version = " ".join(str(header.get("version"))[:20].split())
        problem = _(
            "{name} has format version {version}, and this Digit Lab reads version {own}; "
            "update Digit Lab or train the network again."
        )
        raise CheckpointError(problem.format(name=name, version=version, own=FORMAT_VERSION))
    try:
        model = ModelConfig.parse(json.loads(header["model"]))
        train = TrainConfig.parse(json.loads(header["train"]))
        metrics = _Metrics.model_validate_json(header["metrics"]).model_dump(exclude_unset=True)
        data = _TEXT.validate_python(header["data"], strict=True)
    except (SettingsError, KeyError, TypeError, ValueError, RecursionError):  # ValidationError is a ValueError
        raise CheckpointError(
            _("{name} has a damaged header; choose another file or train it again.", name=name)
        ) from None
    _check_weights(weights, model, name)
    checkpoint = Checkpoint(model, train, weights, data, metrics, name)
    with torch.inference_mode():  # weights may be finite, and yet too large to reckon with, or a variance negative
        blank = example_input()
        logits = checkpoint.build()(torch.cat((blank, 1 - blank)))
    if not torch.isfinite(logits).all():
        raise CheckpointError(_("{name} gives answers that are no numbers; train the network again.", name=name))
    return checkpoint


def _too_large(name: str) -> CheckpointError:
    most = MAX_BYTES // 2**20
    return CheckpointError(_("{name} is larger than {most} MB, so it is no Digit Lab network.", name=name, most=most))


def _header_bytes(content: bytes) -> int:
    """The length of the header, as a .safetensors file says in its first 8 bytes."""
    return int.from_bytes(content[:8], "little")


def _header(content: bytes) -> dict[str, str]:
    """The metadata of a file that safetensors has already accepted: 8 bytes of length, then JSON."""
    metadata = json.loads(content[8 : 8 + _header_bytes(content)]).get("__metadata__", {})
    return metadata if isinstance(metadata, dict) else {}


def _without_infinities(value: Any) -> Any:
    """The same with null for numbers that are none: a loss can be too large to be told, and JSON has no word for it."""
    if isinstance(value, Mapping):
        return {name: _without_infinities(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_without_infinities(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _check_weights(weights: Mapping[str, Tensor], model: ModelConfig, name: str) -> None:
    with torch.device("meta"):  # shapes only, nothing is allocated
        expected = DigitCNN(model).state_dict()
    if set(weights) != set(expected):
        raise CheckpointError(_("{name} holds other layers than its header says; train the network again.", name=name))
    for key, tensor in expected.items():
        found = weights[key]
        if found.shape != tensor.shape or found.dtype != tensor.dtype:
            problem = _("{name}: {key} is {found} where its header asks for {wanted}; train the network again.")
            shapes = [f"{each.dtype} {tuple(each.shape)}" for each in (found, tensor)]
            raise CheckpointError(problem.format(name=name, key=key, found=shapes[0], wanted=shapes[1]))
        if not torch.isfinite(found).all():
            raise CheckpointError(
                _("{name}: {key} holds numbers that are not finite; train the network again.", name=name, key=key)
            )

"""One .safetensors file per network: its weights, and a header with settings, data set and figures.

Nothing is ever unpickled. A new file is first written under another name and then replaces the old file in one step. So
a crash or a full disk never leaves an incomplete file.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors
from torch import Tensor

from model.language import _
from model.network.checkpoint_header import (
    FORMAT,
    FORMAT_VERSION,
    MAX_HEADER_BYTES,
    Header,
    header_bytes,
    read_metadata,
)
from model.network.cnn import DigitCNN, example_input
from model.network.config import ModelConfig
from model.network.train_config import TrainConfig

MAX_BYTES = 20 * 2**20
"""The largest network that ModelConfig allows fits into this size. A larger file is refused before it is read."""


class CheckpointError(ValueError):
    """A file that cannot be read or written. The message is one sentence for the user."""


@dataclass(frozen=True)
class Checkpoint:
    """A trained network with its settings, data set and figures.

    weights: state dict of DigitCNN, on the CPU. data: name of the data set. metrics: known figures by name, such as
    test_accuracy (0 to 1), parameters, epochs; `history` has one record per epoch.
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
        """The checkpoint as the bytes of a .safetensors file."""
        tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in self.weights.items()}
        return save_tensors(tensors, metadata=Header(self.model, self.train, self.data, self.metrics).metadata())


def save_checkpoint(
    checkpoint: Checkpoint, path: str | Path, *, durable: bool = True, make_folder: bool = True
) -> None:
    """Write the checkpoint to `path` with `write_atomically`. Raises CheckpointError if it cannot be written."""
    write_atomically(Path(path), checkpoint.content(), durable=durable, make_folder=make_folder)


def write_atomically(path: Path, content: bytes, *, durable: bool = True, make_folder: bool = True) -> None:
    """Replace the file at `path`. On any failure the old file stays as it was.

    durable: wait about 5 ms until the file would survive a power cut. make_folder: make a missing folder; otherwise a
    missing folder is a failure. Raises CheckpointError with the system's reason.
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
            _("{path} could not be written ({reason}); the old content is unchanged.", path=path, reason=reason)
        ) from None
    finally:
        if unfinished is not None:
            with suppress(OSError):  # after a successful replace it no longer exists
                unfinished.unlink()


def load_checkpoint(path: str | Path) -> Checkpoint:
    """The checkpoint at `path`.

    Raises CheckpointError for a file that is missing, too large, damaged, of another program or of a newer version.
    """
    path = Path(path)
    try:
        if path.exists() and not path.is_file():  # a folder, or a device without an end
            raise CheckpointError(_("{path} is not a file; choose a .safetensors file.", path=path))
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
    except ValueError:  # a path that contains NUL
        raise CheckpointError(_("This is not a file name; choose another file.")) from None
    return read_checkpoint(content, path.name)


def read_checkpoint(content: bytes, name: str) -> Checkpoint:
    """The checkpoint in the bytes of a file. name: of the file, for messages. Raises as `load_checkpoint` does."""
    if len(content) > MAX_BYTES:
        raise _too_large(name)
    try:
        if header_bytes(content) > MAX_HEADER_BYTES:
            raise ValueError("the header is too long")
        weights = load_tensors(content)
    except (SafetensorError, ValueError, RuntimeError, KeyError, OverflowError):
        raise CheckpointError(
            _("{name} is damaged or not a .safetensors file; choose another file or train it again.", name=name)
        ) from None
    metadata = read_metadata(content)
    _check_format(metadata, name)
    try:
        header = Header.parse(metadata)
    except (KeyError, TypeError, ValueError, RecursionError):  # SettingsError and ValidationError are ValueErrors
        raise CheckpointError(
            _("{name} has a damaged header; choose another file or train it again.", name=name)
        ) from None
    _check_weights(weights, header.model, name)
    checkpoint = Checkpoint(header.model, header.train, weights, header.data, header.metrics, name)
    # Even with finite weights the logits can overflow, or be NaN where a variance is negative.
    with torch.inference_mode():
        blank = example_input()
        logits = checkpoint.build()(torch.cat((blank, 1 - blank)))
    if not torch.isfinite(logits).all():
        raise CheckpointError(_("{name} gives answers that are not numbers; train the network again.", name=name))
    return checkpoint


def _too_large(name: str) -> CheckpointError:
    most = MAX_BYTES // 2**20
    return CheckpointError(_("{name} is larger than {most} MB, so it is not from Digit Lab.", name=name, most=most))


def _check_format(metadata: Mapping[str, Any], name: str) -> None:
    if metadata.get("format") != FORMAT:
        raise CheckpointError(_("{name} was not made by Digit Lab; choose a file that train.py wrote.", name=name))
    if metadata.get("version") != FORMAT_VERSION:
        version = " ".join(str(metadata.get("version"))[:20].split())
        problem = _(
            "{name} has format version {version}, and this Digit Lab reads version {own}; "
            "update Digit Lab or train the network again."
        )
        raise CheckpointError(problem.format(name=name, version=version, own=FORMAT_VERSION))


def _check_weights(weights: Mapping[str, Tensor], model: ModelConfig, name: str) -> None:
    with torch.device("meta"):  # shapes only, nothing is allocated
        expected = DigitCNN(model).state_dict()
    if set(weights) != set(expected):
        raise CheckpointError(_("{name} holds other layers than its header says; train the network again.", name=name))
    for key, tensor in expected.items():
        found = weights[key]
        if found.shape != tensor.shape or found.dtype != tensor.dtype:
            problem = _("{name}: {key} is {found} but its header says {wanted}; train the network again.")
            shapes = [f"{each.dtype} {tuple(each.shape)}" for each in (found, tensor)]
            raise CheckpointError(problem.format(name=name, key=key, found=shapes[0], wanted=shapes[1]))
        if not torch.isfinite(found).all():
            raise CheckpointError(
                _("{name}: {key} holds numbers that are not finite; train the network again.", name=name, key=key)
            )

"""A small checkpoint, and damaged files made from it, for the tests of checkpoints."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
import torch
from safetensors.torch import save as save_tensors
from torch import Tensor

from model.network.checkpoint import Checkpoint, CheckpointError, read_checkpoint
from model.network.cnn import DigitCNN
from model.network.config import ModelConfig
from model.network.train_config import TrainConfig
from tests.conftest import assert_one_sentence
from tests.networks import random_batch

CONFIG = ModelConfig(filters=(4, 6), kernel_size=(5, 3), dense_units=8, batch_norm=True, dropout=0.25, activation="elu")


def some_checkpoint() -> Checkpoint:
    network = DigitCNN(CONFIG)
    network(random_batch(4))  # changes the running statistics of the batch norms
    metrics = {"test_accuracy": 0.5, "epochs": 3, "history": [{"epoch": 1, "validation_loss": None}]}
    train = TrainConfig(data="digits", seed=7, learning_rate=0.1)
    return Checkpoint(CONFIG, train, network.state_dict(), "digits", metrics)


def content_of(checkpoint: Checkpoint) -> bytes:
    """The file of a checkpoint, made without `Checkpoint.content`."""
    header = {
        "format": "digit-lab",
        "version": "1",
        "model": checkpoint.model.model_dump_json(),
        "train": checkpoint.train.model_dump_json(),
        "data": checkpoint.data,
        "metrics": json.dumps(dict(checkpoint.metrics)),
    }
    return save_tensors({name: tensor.contiguous() for name, tensor in checkpoint.weights.items()}, metadata=header)


GOOD = content_of(some_checkpoint())
HEADER_BYTES = struct.unpack("<Q", GOOD[:8])[0]


def with_header(change: Callable[[dict[str, Any]], object]) -> bytes:
    """The good file with a changed header."""
    header = json.loads(GOOD[8 : 8 + HEADER_BYTES])
    change(header)
    return with_json(json.dumps(header).encode())


def with_json(header: bytes) -> bytes:
    """The good file with this header."""
    return struct.pack("<Q", len(header)) + header + GOOD[8 + HEADER_BYTES :]


def with_metadata(**values: Any) -> bytes:
    """The good file with other entries in its metadata."""
    return with_header(lambda header: header["__metadata__"].update(values))


def with_weights(change: Callable[[dict[str, Tensor]], object]) -> bytes:
    """The good file with other weights."""
    checkpoint = some_checkpoint()
    weights = {name: tensor.clone() for name, tensor in checkpoint.weights.items()}
    change(weights)
    return content_of(replace(checkpoint, weights=weights))


def refused(content: bytes, name: str = "net.safetensors") -> str:
    """The error message for these bytes."""
    with pytest.raises(CheckpointError) as caught:
        read_checkpoint(content, name)
    assert_one_sentence(caught.value)
    assert str(caught.value).startswith(name)
    return str(caught.value)


def assert_same_weights(one: Mapping[str, Tensor], other: Mapping[str, Tensor]) -> None:
    assert set(one) == set(other)
    for name, tensor in one.items():
        assert tensor.dtype == other[name].dtype
        assert torch.equal(tensor.flatten(), other[name].flatten()), name
        assert tensor.shape == other[name].shape

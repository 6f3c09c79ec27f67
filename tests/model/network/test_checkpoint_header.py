"""The header of a checkpoint: settings and figures from any source are checked."""

from __future__ import annotations

import json
import struct
import tracemalloc
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.network.checkpoint import (
    MAX_BYTES,
    CheckpointError,
    read_checkpoint,
)
from model.network.checkpoint_header import MAX_HEADER_BYTES
from model.network.train_config import TrainConfig
from tests.conftest import assert_one_sentence, json_values
from tests.model.network.checkpoints import (
    GOOD,
    HEADER_BYTES,
    refused,
    some_checkpoint,
    with_header,
    with_json,
    with_metadata,
)


@pytest.mark.parametrize("key", ["model", "train", "metrics", "data"])
def test_a_header_that_lacks_a_part_is_refused(key: str) -> None:
    assert "header" in refused(with_header(lambda header: header["__metadata__"].pop(key)))


DAMAGED_JSON = {
    "nothing": "",
    "half": '{"filters": [4',
    "text": "text",
    "a number": "5",
    "a list": "[]",
    "null": "null",
    "NaN": "NaN",
    "nested": "[" * 100_000,
    "nested and closed": '{"filters":' + "[" * 5000 + "]" * 5000 + "}",
    "a giant number": "1" * 10_000,
    "a lone surrogate": '"\ud800"'.encode("unicode_escape").decode(),
}


@pytest.mark.parametrize("text", DAMAGED_JSON.values(), ids=DAMAGED_JSON)
def test_damaged_json_in_the_header_is_refused(text: str) -> None:
    for key in ("model", "train", "metrics"):
        refused(with_metadata(**{key: text}))


@pytest.mark.parametrize("value", [None, 5, [], {"a": 1}, True])
def test_a_header_of_other_types_is_refused(value: Any) -> None:
    for key in ("format", "version", "model", "train", "metrics", "data"):
        refused(with_metadata(**{key: value}))
    refused(with_header(lambda header: header.update(__metadata__=value)))


@pytest.mark.parametrize(
    "model",
    [
        {"filters": [4, 4, 4, 4], "kernel_size": 9},
        {"filters": [128] * 4, "pooling": "none", "dense_units": 512},
        {"filters": []},
        {"filters": [10**9]},
        {"filters": [-1]},
        {"filters": "many"},
        {"dense_units": 10**400},
        {"dropout": 5},
        {"activation": "__import__('os')"},
        {"colour": "red"},
        {},
    ],
)
def test_a_header_with_another_or_an_impossible_network_is_refused(model: dict[str, Any]) -> None:
    refused(with_metadata(model=json.dumps(model)))


@pytest.mark.parametrize("train", [{"epochs": 0}, {"data": "/etc/passwd"}, {"learning_rate": "NaN"}, {"colour": 1}])
def test_a_header_with_an_impossible_training_is_refused(train: dict[str, Any]) -> None:
    refused(with_metadata(train=json.dumps(train)))


@given(st.sampled_from(["model", "train", "metrics"]), json_values())
def test_any_json_in_the_header_is_read_or_refused(key: str, value: Any) -> None:
    content = with_metadata(**{key: json.dumps(value)})
    try:
        checkpoint = read_checkpoint(content, "net")
    except CheckpointError as error:
        assert "\n" not in str(error)
    else:
        assert isinstance(checkpoint.metrics, dict)


def test_unusual_numbers_in_the_description_of_a_tensor_raise_no_other_error() -> None:
    text = GOOD[8 : 8 + HEADER_BYTES].decode()
    for number in ("1" * 5000, "1e999", "-0", "1" * 300):
        odd = text.replace('"dense.bias":{', f'"dense.bias":{{"more":{number},')
        assert odd != text
        try:
            read_checkpoint(with_json(odd.encode()), "net")
        except CheckpointError as error:
            assert_one_sentence(error)


# --- figures ----------------------------------------------------------------------------------------------------------

NAMES = [
    "test_accuracy",
    "test_loss",
    "validation_accuracy",
    "train_seconds",
    "epochs",
    "best_epoch",
    "parameters",
    "device",
    "step",
    "epoch",
    "history",
    "unknown",
]
EPOCH_NAMES = [
    "epoch",
    "train_loss",
    "train_accuracy",
    "validation_loss",
    "validation_accuracy",
    "learning_rate",
    "seconds",
    "more",
]
LONGEST = {
    "epoch": 300,
    "train_loss": 0.12345678901234567,
    "train_accuracy": 0.12345678901234567,
    "validation_loss": 0.12345678901234567,
    "validation_accuracy": 0.12345678901234567,
    "learning_rate": 1.2345678901234567e-05,
    "seconds": 12345.678,
}


def with_figures(**figures: Any) -> bytes:
    return with_metadata(metrics=json.dumps(figures))


def numbers_in(value: Any) -> list[Any]:
    """Every value that is no list and no object, however deep."""
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return [value] if parts is None else [number for part in parts for number in numbers_in(part)]


records = st.dictionaries(st.sampled_from(EPOCH_NAMES), json_values())


@given(st.dictionaries(st.sampled_from(NAMES), json_values() | st.lists(records, max_size=3)))
def test_any_figures_are_refused_or_can_be_shown(figures: dict[str, Any]) -> None:
    try:
        metrics = read_checkpoint(with_figures(**figures), "net").metrics
    except CheckpointError as error:
        assert_one_sentence(error)
        assert "damaged header" in str(error)
        return
    assert set(metrics) <= set(NAMES) - {"unknown"}
    for name in ("test_accuracy", "validation_accuracy"):
        assert metrics.get(name) is None or 0 <= metrics[name] <= 1
    for record in metrics.get("history", []):
        assert isinstance(record["epoch"], int)
        assert set(record) <= set(EPOCH_NAMES) - {"more"}
    for number in numbers_in(metrics):
        assert number is None or isinstance(number, str) or 0 <= number <= 1e38
        assert not isinstance(number, bool)


@pytest.mark.parametrize(
    "figures",
    [
        {"test_accuracy": 1.01},
        {"test_accuracy": -0.1},
        {"test_accuracy": "0.9"},
        {"test_accuracy": True},
        {"test_accuracy": float("nan")},
        {"test_accuracy": [0.9]},
        {"test_loss": float("inf")},
        {"test_loss": -1},
        {"epochs": 2.5},
        {"epochs": -1},
        {"epochs": 301},
        {"parameters": 10**40},
        {"device": "x" * 41},
        {"device": 5},
        {"device": "a\nb"},
        {"device": "**b**"},
        {"device": ""},
        {"step": 0.5},
        {"epoch": "2"},
        {"history": {}},
        {"history": None},
        {"history": [5]},
        {"history": [{}]},
        {"history": [{"epoch": 1.5}]},
        {"history": [{"epoch": 1, "train_accuracy": 2}]},
        {"history": [{"epoch": 1, "train_loss": "low"}]},
        {"history": [{"epoch": 1}] * 301},
    ],
    ids=str,
)
def test_figures_of_another_type_or_out_of_range_are_refused(figures: dict[str, Any]) -> None:
    assert "damaged header" in refused(with_figures(**figures))


def test_figures_may_be_missing_or_unknown_and_others_are_dropped() -> None:
    history = [{"epoch": 1, "train_loss": 0.5, "validation_loss": None, "colour": "red"}, {"epoch": 2}]
    content = with_figures(test_accuracy=None, epochs=2, colour="red", history=history)
    assert read_checkpoint(content, "net").metrics == {
        "test_accuracy": None,
        "epochs": 2,
        "history": [{"epoch": 1, "train_loss": 0.5, "validation_loss": None}, {"epoch": 2}],
    }


def test_the_figures_of_the_longest_training_come_back() -> None:
    epochs = TrainConfig.model_fields["epochs"].metadata[1].le
    metrics = {"test_accuracy": 1.0, "history": [LONGEST] * epochs}
    content = replace(some_checkpoint(), metrics=metrics).content()
    assert read_checkpoint(content, "net").metrics == metrics
    assert struct.unpack("<Q", content[:8])[0] < MAX_HEADER_BYTES / 2


def test_a_loss_that_is_not_finite_is_saved_as_unknown() -> None:
    history = [{"epoch": 1, "validation_loss": float("nan"), "train_loss": 1.0}]
    checkpoint = replace(some_checkpoint(), metrics={"test_loss": float("inf"), "history": history})
    assert read_checkpoint(checkpoint.content(), "net").metrics == {
        "test_loss": None,
        "history": [{"epoch": 1, "validation_loss": None, "train_loss": 1.0}],
    }


@pytest.mark.parametrize("data", ["", "x" * 41, "a\nb", "![](//a.b)", "**b**", "\u202egnp", " mnist"])
def test_a_data_set_with_an_odd_name_is_refused(data: str) -> None:
    assert "damaged header" in refused(with_metadata(data=data))


@pytest.mark.parametrize("size", [MAX_HEADER_BYTES + 1, 19 * 2**20])
def test_a_giant_header_is_refused_before_anything_reads_it(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("the header was read")

    header = b'{"__metadata__":{"format":"digit-lab","metrics":"' + b" " * size
    content = struct.pack("<Q", len(header)) + header
    assert len(content) < MAX_BYTES
    for reader in ("load_tensors", "read_metadata"):
        monkeypatch.setattr(f"model.network.checkpoint.{reader}", never)
    tracemalloc.start()
    try:
        assert "damaged" in refused(content)
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()

"""Checkpoints: what is saved comes back, every other file is refused in one sentence, and no saved file is lost."""

from __future__ import annotations

import errno
import io
import json
import os
import pickle
import resource
import struct
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import save as save_tensors
from torch import Tensor

from model.network.checkpoint import (
    MAX_BYTES,
    MAX_HEADER_BYTES,
    Checkpoint,
    CheckpointError,
    load_checkpoint,
    read_checkpoint,
    save_checkpoint,
    write_atomically,
)
from model.network.cnn import DigitCNN
from model.network.config import ModelConfig
from model.network.train_config import TrainConfig
from tests.conftest import assert_one_sentence, json_values
from tests.networks import random_batch

CONFIG = ModelConfig(filters=(4, 6), kernel_size=(5, 3), dense_units=8, batch_norm=True, dropout=0.25, activation="elu")


def some_checkpoint() -> Checkpoint:
    network = DigitCNN(CONFIG)
    network(random_batch(4))  # changes the running statistics of the batch norms
    metrics = {"test_accuracy": 0.5, "epochs": 3, "history": [{"epoch": 1, "validation_loss": None}]}
    train = TrainConfig(data="digits", seed=7, learning_rate=0.1)
    return Checkpoint(CONFIG, train, network.state_dict(), "digits", metrics)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file with a saved network."""
    file = tmp_path / "runs" / "net.safetensors"
    save_checkpoint(some_checkpoint(), file)
    return file


def content_of(checkpoint: Checkpoint) -> bytes:
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
    """The good file with its JSON changed."""
    header = json.loads(GOOD[8 : 8 + HEADER_BYTES])
    change(header)
    return with_json(json.dumps(header).encode())


def with_json(header: bytes) -> bytes:
    return struct.pack("<Q", len(header)) + header + GOOD[8 + HEADER_BYTES :]


def with_metadata(**values: Any) -> bytes:
    return with_header(lambda header: header["__metadata__"].update(values))


def with_weights(change: Callable[[dict[str, Tensor]], object]) -> bytes:
    checkpoint = some_checkpoint()
    weights = {name: tensor.clone() for name, tensor in checkpoint.weights.items()}
    change(weights)
    return content_of(replace(checkpoint, weights=weights))


def refused(content: bytes, name: str = "net.safetensors") -> str:
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


# --- there and back ---------------------------------------------------------------------------------------------------


def test_a_checkpoint_comes_back_as_it_was(path: Path) -> None:
    saved, loaded = some_checkpoint(), load_checkpoint(path)
    assert_same_weights(saved.weights, loaded.weights)
    assert loaded.model == saved.model
    assert loaded.train == saved.train
    assert loaded.data == saved.data
    assert loaded.metrics == saved.metrics
    assert loaded.name == path.name


def test_a_network_built_from_a_file_gives_the_same_logits_to_the_bit(path: Path) -> None:
    network = DigitCNN(CONFIG).eval()
    network.load_state_dict(dict(some_checkpoint().weights))
    batch = random_batch(3)
    built = load_checkpoint(str(path)).build()
    assert torch.equal(built(batch), network(batch))
    assert not built.training
    assert not any(parameter.requires_grad for parameter in built.parameters())


def test_two_networks_built_from_one_checkpoint_share_no_weights(path: Path) -> None:
    checkpoint = load_checkpoint(path)
    one, other = checkpoint.build(), checkpoint.build()
    with torch.no_grad():
        one.output.weight.zero_()
    assert other.output.weight.any()
    assert checkpoint.weights["output.weight"].any()


def test_saving_again_replaces_the_file_and_leaves_nothing_beside_it(path: Path) -> None:
    save_checkpoint(replace(some_checkpoint(), data="mnist"), path)
    assert load_checkpoint(path).data == "mnist"
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_saved_file_can_be_read_by_others(path: Path) -> None:
    assert path.stat().st_mode & 0o777 == 0o644


def test_weights_in_any_memory_layout_are_saved(tmp_path: Path) -> None:
    checkpoint = some_checkpoint()
    weights = {
        name: tensor.to(memory_format=torch.channels_last) if tensor.ndim == 4 else tensor.requires_grad_(False)
        for name, tensor in checkpoint.weights.items()
    }
    save_checkpoint(replace(checkpoint, weights=weights), tmp_path / "net")
    assert_same_weights(checkpoint.weights, load_checkpoint(tmp_path / "net").weights)


def test_a_setting_added_since_takes_its_default_in_an_older_file() -> None:
    def forget(header: dict[str, Any]) -> None:
        train = json.loads(header["__metadata__"]["train"])
        del train["elastic"]
        header["__metadata__"]["train"] = json.dumps(train)

    assert read_checkpoint(with_header(forget), "net").train == some_checkpoint().train


def test_bytes_and_file_read_alike(path: Path) -> None:
    assert_same_weights(read_checkpoint(path.read_bytes(), "x").weights, load_checkpoint(path).weights)
    assert read_checkpoint(path.read_bytes(), "a name").name == "a name"


# --- files that are no network ----------------------------------------------------------------------------------------


def test_a_file_cut_off_anywhere_is_refused_in_one_sentence() -> None:
    lengths = {*range(40), *range(HEADER_BYTES, HEADER_BYTES + 20), *range(0, len(GOOD), 53), len(GOOD) - 1}
    for length in sorted(lengths):
        assert "damaged" in refused(GOOD[:length])


def test_a_file_with_something_behind_it_is_refused() -> None:
    refused(GOOD + b"\0")
    refused(GOOD + GOOD)


def torch_saved() -> bytes:
    file = io.BytesIO()
    torch.save(dict(some_checkpoint().weights), file)
    return file.getvalue()


FOREIGN = {
    "nothing": b"",
    "one byte": b"\0",
    "zeros": bytes(5000),
    "ones": b"\xff" * 5000,
    "text": b"hello " * 1000,
    "a web page": b"<!doctype html><html></html>",
    "a zip": b"PK\x03\x04" + bytes(500),
    "a png": b"\x89PNG\r\n\x1a\n" + bytes(500),
    "a pickle": pickle.dumps({"weights": [1.0, 2.0]}),
    "a file of torch.save": torch_saved(),
    "JSON": json.dumps({"format": "digit-lab"}).encode(),
    "a header without end": struct.pack("<Q", 2**63) + b"{}",
    "a header that is no object": struct.pack("<Q", 2) + b"[]",
    "deeply nested JSON": struct.pack("<Q", 200_000) + b"[" * 200_000,
}


@pytest.mark.parametrize("content", FOREIGN.values(), ids=FOREIGN)
def test_other_files_are_refused_in_one_sentence(content: bytes) -> None:
    refused(content)


@given(st.binary(max_size=300), st.booleans())
def test_random_bytes_are_refused(content: bytes, with_length: bool) -> None:
    refused(struct.pack("<Q", len(content)) + content if with_length else content)


def test_weights_of_another_program_are_refused_as_foreign() -> None:
    for metadata in (None, {}, {"format": "pt"}, {"format": "Digit-Lab"}):
        message = refused(save_tensors(dict(some_checkpoint().weights), metadata=metadata))
        assert "not made by Digit Lab" in message


def test_a_file_from_the_future_says_so() -> None:
    for version in ("2", "99", "1.0", "", "-1", "one", "x" * 1000):
        message = refused(with_metadata(version=version))
        assert "version" in message
        assert version[:10] in message
    message = refused(with_header(lambda header: header["__metadata__"].pop("version")))
    assert "version" in message


def test_a_version_with_line_breaks_does_not_break_the_sentence() -> None:
    refused(with_metadata(version="2\n\nCall 555-1234"))


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
@pytest.mark.parametrize("key", ["model", "train", "metrics"])
def test_damaged_json_in_the_header_is_refused(key: str, text: str) -> None:
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
def test_a_header_with_another_network_or_none_that_can_be_built_is_refused(model: dict[str, Any]) -> None:
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


def test_unknown_numbers_in_a_tensors_description_are_no_crash() -> None:
    text = GOOD[8 : 8 + HEADER_BYTES].decode()
    for number in ("1" * 5000, "1e999", "-0", "1" * 300):
        odd = text.replace('"dense.bias":{', f'"dense.bias":{{"more":{number},')
        assert odd != text
        try:
            read_checkpoint(with_json(odd.encode()), "net")
        except CheckpointError as error:
            assert_one_sentence(error)


# --- figures that pages count on --------------------------------------------------------------------------------------

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
def test_whatever_figures_a_file_holds_those_that_are_read_can_be_shown(figures: dict[str, Any]) -> None:
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


def test_a_loss_that_is_no_number_is_saved_as_unknown() -> None:
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
    for reader in ("load_tensors", "_header"):
        monkeypatch.setattr(f"model.network.checkpoint.{reader}", never)
    tracemalloc.start()
    try:
        assert "damaged" in refused(content)
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()


# --- weights that do not fit ------------------------------------------------------------------------------------------


def of_wrong_shape(weights: dict[str, Tensor]) -> None:
    weights["dense.bias"] = torch.zeros(9)


def transposed(weights: dict[str, Tensor]) -> None:
    weights["dense.weight"] = weights["dense.weight"].T.contiguous()


def empty(weights: dict[str, Tensor]) -> None:
    weights["dense.bias"] = torch.zeros(0)


def as_number(weights: dict[str, Tensor]) -> None:
    weights["dense.bias"] = torch.tensor(1.0)


WRONG_WEIGHTS: dict[str, tuple[Callable[[dict[str, Tensor]], object], str]] = {
    "a wrong shape": (of_wrong_shape, "dense.bias"),
    "a transposed matrix": (transposed, "dense.weight"),
    "an empty tensor": (empty, "dense.bias"),
    "a single number": (as_number, "dense.bias"),
    "a missing tensor": (lambda weights: weights.pop("dense.bias"), "layers"),
    "a missing norm": (lambda weights: weights.pop("blocks.0.norm.running_var"), "layers"),
    "an extra tensor": (lambda weights: weights.update(extra=torch.zeros(3)), "layers"),
    "no tensor": (lambda weights: weights.clear(), "layers"),
    "a NaN": (lambda weights: weights["dense.bias"].__setitem__(0, float("nan")), "finite"),
    "an infinity": (lambda weights: weights["output.weight"].__setitem__((0, 0), float("inf")), "finite"),
    "doubles": (lambda weights: weights.update({"dense.bias": weights["dense.bias"].double()}), "float64"),
    "halves": (lambda weights: weights.update({"dense.bias": weights["dense.bias"].half()}), "float16"),
    "bytes": (lambda weights: weights.update({"dense.bias": weights["dense.bias"].byte()}), "uint8"),
    "eight-bit floats": (
        lambda weights: weights.update({"dense.bias": weights["dense.bias"].to(torch.float8_e4m3fn)}),
        "float8",
    ),
    "booleans": (lambda weights: weights.update({"dense.bias": weights["dense.bias"] > 0}), "bool"),
}


@pytest.mark.parametrize(("change", "word"), WRONG_WEIGHTS.values(), ids=WRONG_WEIGHTS)
def test_weights_that_do_not_fit_the_header_are_refused(
    change: Callable[[dict[str, Tensor]], object], word: str
) -> None:
    assert word in refused(with_weights(change))


def test_a_norm_with_a_negative_variance_is_refused() -> None:
    # Its square root is NaN, and so would be every answer.
    refused(with_weights(lambda weights: weights["blocks.0.norm.running_var"].neg_()))


# --- files and folders ------------------------------------------------------------------------------------------------


def refused_file(path: str | Path) -> str:
    with pytest.raises(CheckpointError) as caught:
        load_checkpoint(path)
    assert_one_sentence(caught.value)
    return str(caught.value)


def test_a_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    message = refused_file(tmp_path / "none.safetensors")
    assert "none.safetensors" in message
    assert "train.py" in message


def test_a_folder_is_no_network(tmp_path: Path) -> None:
    assert str(tmp_path) in refused_file(tmp_path)


def test_paths_that_cannot_be_are_refused(path: Path) -> None:
    refused_file(path / "below a file")
    refused_file(path.parent / ("x" * 256))


def test_a_path_that_no_system_takes_is_refused() -> None:
    refused_file("nul\0l")


def test_a_file_that_may_not_be_read_is_refused(path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    path.chmod(0)
    refused_file(path)


def test_a_huge_file_is_refused_unread(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(MAX_BYTES + 1)  # sparse: it takes no room on the disk
    tracemalloc.start()
    try:
        assert "20 MB" in refused_file(path)
        assert tracemalloc.get_traced_memory()[1] < MAX_BYTES / 4
    finally:
        tracemalloc.stop()
    assert "20 MB" in refused(bytes(MAX_BYTES + 1))


class _Trap:
    """Makes a folder when it is unpickled."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        return os.mkdir, (str(self.folder),)


def test_nothing_is_ever_unpickled(tmp_path: Path) -> None:
    sprung, trap = tmp_path / "sprung", tmp_path / "net.safetensors"
    trap.write_bytes(pickle.dumps(_Trap(sprung)))
    refused_file(trap)
    torch.save({"dense.bias": _Trap(sprung)}, trap)
    refused_file(trap)
    torch.save({"dense.bias": _Trap(sprung)}, trap, _use_new_zipfile_serialization=False)
    refused_file(trap)
    assert not sprung.exists()
    pickle.loads(pickle.dumps(_Trap(sprung)))  # noqa: S301 - the trap does work
    assert sprung.exists()


# --- writing that fails -----------------------------------------------------------------------------------------------


def full(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@contextmanager
def no_room(at_most: int = 0) -> Iterator[None]:
    """The system lets no file grow beyond so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (at_most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def assert_old_file_stays(path: Path, before: bytes) -> None:
    with pytest.raises(CheckpointError) as caught:
        save_checkpoint(replace(some_checkpoint(), data="mnist"), path)
    assert_one_sentence(caught.value)
    assert str(path) in str(caught.value)
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_disk_that_is_full_at_the_last_moment_leaves_the_old_file(
    path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    before = path.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(os, call, full)
        assert_old_file_stays(path, before)
    save_checkpoint(replace(some_checkpoint(), data="mnist"), path)
    assert load_checkpoint(path).data == "mnist"


@pytest.mark.parametrize("at_most", [0, 1, 1000, len(GOOD) - 1])
def test_a_file_that_cannot_grow_leaves_the_old_file(path: Path, at_most: int) -> None:
    before = path.read_bytes()
    with no_room(at_most):
        assert_old_file_stays(path, before)


def test_a_first_save_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with no_room(100), pytest.raises(CheckpointError) as caught:
        save_checkpoint(some_checkpoint(), tmp_path / "new" / "net")
    assert_one_sentence(caught.value)
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == []


def test_an_interruption_while_writing_leaves_the_old_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = path.read_bytes()
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(os, "fsync", interrupt)
        save_checkpoint(replace(some_checkpoint(), data="mnist"), path)
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_places_that_cannot_be_written_are_refused(path: Path) -> None:
    for place in (path / "below a file", path.parent, path.parent / ("x" * 256)):
        with pytest.raises(CheckpointError) as caught:
            save_checkpoint(some_checkpoint(), place)
        assert_one_sentence(caught.value)
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    load_checkpoint(path)


def test_a_reader_never_meets_half_a_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    sync = os.fsync

    def look(handle: int) -> None:
        seen.append(load_checkpoint(path).data)
        sync(handle)

    monkeypatch.setattr(os, "fsync", look)
    save_checkpoint(replace(some_checkpoint(), data="mnist"), path)
    assert seen == ["digits"], "the old file is whole until the new one is"
    assert load_checkpoint(path).data == "mnist"


def test_reports_are_written_the_same_way(tmp_path: Path) -> None:
    report = tmp_path / "deep" / "folder" / "report.json"
    write_atomically(report, b"old")
    with no_room(2), pytest.raises(CheckpointError):
        write_atomically(report, b"longer than two")
    assert report.read_bytes() == b"old"
    write_atomically(report, b"new")
    assert report.read_bytes() == b"new"


# --- random damage ----------------------------------------------------------------------------------------------------

thorough = settings(max_examples=300)
places = st.integers(0, HEADER_BYTES + 40) | st.integers(0, len(GOOD) - 1)


def read_or_refuse(content: bytes) -> None:
    try:
        network = read_checkpoint(content, "net").build()
    except CheckpointError as error:
        assert_one_sentence(error)
    else:
        assert network(torch.zeros(1, 1, 28, 28)).shape == (1, 10)


@thorough
@given(st.lists(st.tuples(places, st.integers(0, 255)), min_size=1, max_size=8))
def test_changed_bytes_never_raise_anything_but_a_checkpoint_error(changes: list[tuple[int, int]]) -> None:
    content = bytearray(GOOD)
    for place, value in changes:
        content[place] = value
    read_or_refuse(bytes(content))


@thorough
@given(st.lists(st.tuples(places, st.integers(0, 7)), min_size=1, max_size=3))
def test_flipped_bits_never_raise_anything_but_a_checkpoint_error(flips: list[tuple[int, int]]) -> None:
    content = bytearray(GOOD)
    for place, bit in flips:
        content[place] ^= 1 << bit
    read_or_refuse(bytes(content))


@thorough
@given(places, st.integers(1, 200))
def test_deleted_bytes_never_raise_anything_but_a_checkpoint_error(place: int, count: int) -> None:
    content = GOOD[:place] + GOOD[place + count :]
    if content != GOOD:
        refused(content)


@thorough
@given(places, st.binary(min_size=1, max_size=20))
def test_inserted_bytes_never_raise_anything_but_a_checkpoint_error(place: int, more: bytes) -> None:
    read_or_refuse(GOOD[:place] + more + GOOD[place:])

"""Saving and loading a checkpoint; files that cannot be read or written."""

from __future__ import annotations

import errno
import json
import os
import pickle
import resource
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from model.network.checkpoint import (
    MAX_BYTES,
    CheckpointError,
    load_checkpoint,
    read_checkpoint,
    save_checkpoint,
    write_atomically,
)
from model.network.cnn import DigitCNN
from tests.conftest import assert_one_sentence
from tests.model.network.checkpoints import (
    CONFIG,
    GOOD,
    assert_same_weights,
    refused,
    some_checkpoint,
    with_header,
)
from tests.networks import random_batch


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


def test_bytes_and_file_give_the_same_checkpoint(path: Path) -> None:
    assert_same_weights(read_checkpoint(path.read_bytes(), "x").weights, load_checkpoint(path).weights)
    assert read_checkpoint(path.read_bytes(), "a name").name == "a name"


# --- files that cannot be read ----------------------------------------------------------------------------------------


def refused_file(path: str | Path) -> str:
    with pytest.raises(CheckpointError) as caught:
        load_checkpoint(path)
    assert_one_sentence(caught.value)
    return str(caught.value)


def test_the_message_for_a_missing_file_has_the_command_for_training(tmp_path: Path) -> None:
    message = refused_file(tmp_path / "none.safetensors")
    assert "none.safetensors" in message
    assert "train.py" in message


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert str(tmp_path) in refused_file(tmp_path)


def test_impossible_paths_are_refused(path: Path) -> None:
    refused_file(path / "below a file")
    refused_file(path.parent / ("x" * 256))


def test_a_path_with_a_nul_is_refused() -> None:
    refused_file("nul\0l")


def test_a_file_without_permission_to_read_is_refused(path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    path.chmod(0)
    refused_file(path)


def test_a_huge_file_is_refused_before_it_is_read(path: Path) -> None:
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


# --- files that cannot be written -------------------------------------------------------------------------------------


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


def test_a_reader_sees_the_old_file_until_the_new_one_is_complete(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    sync = os.fsync

    def look(handle: int) -> None:
        seen.append(load_checkpoint(path).data)
        sync(handle)

    monkeypatch.setattr(os, "fsync", look)
    save_checkpoint(replace(some_checkpoint(), data="mnist"), path)
    assert seen == ["digits"], "the old file until the new one is complete"
    assert load_checkpoint(path).data == "mnist"


def test_reports_are_written_the_same_way(tmp_path: Path) -> None:
    report = tmp_path / "deep" / "folder" / "report.json"
    write_atomically(report, b"old")
    with no_room(2), pytest.raises(CheckpointError):
        write_atomically(report, b"longer than two")
    assert report.read_bytes() == b"old"
    write_atomically(report, b"new")
    assert report.read_bytes() == b"new"

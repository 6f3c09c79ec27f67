"""The small files of a run: settings, command, and names of snapshots."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.network.config import ModelConfig
from model.network.train_config import TrainConfig
from model.runs.folder import (
    CONTROL,
    RUN,
    SNAPSHOTS,
    Command,
    RunSettings,
    read_command,
    read_json,
    read_settings,
    read_snapshots,
    snapshot_path,
    write_command,
    write_json,
)


def test_settings_are_read_as_they_were_written(tmp_path: Path) -> None:
    settings = RunSettings(title="Breit & schmal ✓", owner="anna", model=ModelConfig(), train=TrainConfig(epochs=3))
    write_json(tmp_path / RUN, settings.model_dump(mode="json"))
    assert read_settings(tmp_path) == settings


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"{}", b'{"model": {}, "train": {}, "created": 1e300}', b'{"model": 1, "train": {}}']
)
def test_damaged_settings_raise_and_a_missing_file_is_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / RUN).write_bytes(content)
    with pytest.raises(ValueError):
        read_settings(tmp_path)
    assert read_json(tmp_path / "missing") is None


@pytest.mark.parametrize("command", Command)
def test_a_command_is_read_as_it_was_written(tmp_path: Path, command: Command) -> None:
    assert read_command(tmp_path) is Command.RUN, "without a file"
    write_command(tmp_path, command)
    assert read_command(tmp_path) is command
    assert [path.name for path in tmp_path.iterdir()] == [CONTROL]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"wanted": "fly"}', b'{"wanted": []}', b"\xff"])
def test_a_damaged_command_counts_as_run(tmp_path: Path, content: bytes) -> None:
    (tmp_path / CONTROL).write_bytes(content)
    assert read_command(tmp_path) is Command.RUN


def test_snapshots_are_in_the_order_of_their_steps(tmp_path: Path) -> None:
    assert read_snapshots(tmp_path, 4) == []
    (tmp_path / SNAPSHOTS).mkdir()
    for number in (100, 20, 0, 3):
        snapshot_path(tmp_path, number).touch()
    (tmp_path / SNAPSHOTS / ".00000007.safetensors.x.part").touch()
    (tmp_path / SNAPSHOTS / "mine.safetensors").touch()
    found = read_snapshots(tmp_path, 4)
    assert [(snapshot.step, snapshot.epoch) for snapshot in found] == [(0, 0.0), (3, 0.75), (20, 5.0), (100, 25.0)]
    assert all(snapshot.path.is_file() for snapshot in found)

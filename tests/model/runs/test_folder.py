"""The files of a run's folder, read while they are written."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.network.config import ModelConfig
from model.network.train_config import TrainConfig
from model.runs.folder import (
    CONTROL,
    METRICS,
    RUN,
    SNAPSHOTS,
    Command,
    Metrics,
    MetricsReader,
    RunSettings,
    read_command,
    read_json,
    read_settings,
    read_snapshots,
    snapshot_path,
    write_command,
    write_json,
)

START = {
    "kind": "start",
    "device": "cpu",
    "precision": "float32",
    "parameters": 10,
    "images": 95,
    "validation_images": 5,
    "steps_per_epoch": 3,
    "elapsed": 0.0,
}
CHECK = {"kind": "check", "step": 0, "epoch": 0.0, "loss": 2.3, "accuracy": 0.1, "elapsed": 0.1}
EPOCH = {
    "kind": "epoch",
    "step": 3,
    "epoch": 1,
    "train_loss": 2.0,
    "train_accuracy": 0.2,
    "validation_loss": None,
    "validation_accuracy": None,
    "learning_rate": 0.001,
    "seconds": 0.5,
    "improved": True,
    "elapsed": 0.6,
}


def step(number: int) -> dict[str, Any]:
    return {
        "kind": "step",
        "step": number,
        "epoch": number / 3,
        "loss": 1.5,
        "accuracy": 0.5,
        "learning_rate": 0.001,
        "images_per_second": 100.0,
        "elapsed": number * 0.1,
    }


def lines(*records: object) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def add(folder: Path, content: bytes) -> None:
    with (folder / METRICS).open("ab") as file:
        file.write(content)


def read(folder: Path) -> Metrics:
    return MetricsReader(folder).read()


def test_records_are_sorted_by_their_kind(tmp_path: Path) -> None:
    add(tmp_path, lines(START, CHECK, step(1), step(3), EPOCH, {"kind": "something new"}))
    metrics = read(tmp_path)
    assert metrics.start == START
    assert (metrics.steps, metrics.checks, metrics.epochs) == ([step(1), step(3)], [CHECK], [EPOCH])


def test_before_the_file_is_there_nothing_has_happened(tmp_path: Path) -> None:
    reader = MetricsReader(tmp_path)
    assert reader.read() == Metrics()
    add(tmp_path, lines(START))
    assert reader.read().start == START


def test_half_a_line_waits_for_its_end(tmp_path: Path) -> None:
    reader = MetricsReader(tmp_path)
    whole = lines(step(1), step(2))
    add(tmp_path, whole[:-20])
    assert reader.read().steps == [step(1)]
    assert reader.read().steps == [step(1)]
    add(tmp_path, whole[-20:-1])
    assert reader.read().steps == [step(1)], "its end is the end of the line"
    add(tmp_path, whole[-1:])
    assert reader.read().steps == [step(1), step(2)]


@given(st.lists(st.integers(0, 40), max_size=8), st.lists(st.integers(1, 300), max_size=12))
def test_however_it_grows_each_record_is_read_once(numbers: list[int], cuts: list[int]) -> None:
    records = [START, CHECK, *map(step, numbers), EPOCH]
    content = lines(*records)
    with TemporaryDirectory() as name:
        reader = MetricsReader(Path(name))
        done = 0
        for cut in [*cuts, len(content)]:
            add(Path(name), content[done : done + cut])
            done = min(done + cut, len(content))
            metrics = reader.read()
            found = len(metrics.steps) + len(metrics.checks) + len(metrics.epochs) + (metrics.start is not None)
            assert found == content[:done].count(b"\n")
        assert metrics == Metrics(START, [step(number) for number in numbers], [CHECK], [EPOCH])


@pytest.mark.parametrize(
    "line",
    [
        b"no json",
        b"",
        b"\xff\xfe",
        b"[]",
        b"7",
        b"null",
        b'"step"',
        b'{"kind": []}',
        b'{"kind": "step"}',
        lines({**step(1), "loss": "low"}),
        lines({**step(1), "loss": float("nan")}),
        lines({**step(1), "step": 10**99}),
        lines({**step(1), "accuracy": True}),
        lines({**START, "device": 7}),
        lines({**EPOCH, "validation_loss": "?"}),
        lines({name: value for name, value in EPOCH.items() if name != "validation_accuracy"}),
        b"[" * 9000,
    ],
    ids=lambda line: line[:40],
)
def test_what_is_no_record_is_left_out(tmp_path: Path, line: bytes) -> None:
    add(tmp_path, lines(step(1)) + line.strip() + b"\n" + lines(step(2)))
    assert read(tmp_path) == Metrics(None, [step(1), step(2)])


def test_settings_come_back_as_they_were_written(tmp_path: Path) -> None:
    settings = RunSettings(title="Breit & schmal ✓", owner="anna", model=ModelConfig(), train=TrainConfig(epochs=3))
    write_json(tmp_path / RUN, settings.model_dump(mode="json"))
    assert read_settings(tmp_path) == settings


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"{}", b'{"model": {}, "train": {}, "created": 1e300}', b'{"model": 1, "train": {}}']
)
def test_settings_that_are_none_are_told_apart(tmp_path: Path, content: bytes) -> None:
    (tmp_path / RUN).write_bytes(content)
    with pytest.raises(ValueError):
        read_settings(tmp_path)
    assert read_json(tmp_path / "missing") is None


@pytest.mark.parametrize("wanted", Command)
def test_what_is_wanted_comes_back(tmp_path: Path, wanted: Command) -> None:
    assert read_command(tmp_path) is Command.RUN, "where nobody says anything"
    write_command(tmp_path, wanted)
    assert read_command(tmp_path) is wanted
    assert [path.name for path in tmp_path.iterdir()] == [CONTROL]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"wanted": "fly"}', b'{"wanted": []}', b"\xff"])
def test_a_wish_that_nobody_understands_is_no_wish(tmp_path: Path, content: bytes) -> None:
    (tmp_path / CONTROL).write_bytes(content)
    assert read_command(tmp_path) is Command.RUN


def test_snapshots_come_in_the_order_of_their_steps(tmp_path: Path) -> None:
    assert read_snapshots(tmp_path, 4) == []
    (tmp_path / SNAPSHOTS).mkdir()
    for number in (100, 20, 0, 3):
        snapshot_path(tmp_path, number).touch()
    (tmp_path / SNAPSHOTS / ".00000007.safetensors.x.part").touch()
    (tmp_path / SNAPSHOTS / "mine.safetensors").touch()
    found = read_snapshots(tmp_path, 4)
    assert [(snapshot.step, snapshot.epoch) for snapshot in found] == [(0, 0.0), (3, 0.75), (20, 5.0), (100, 25.0)]
    assert all(snapshot.path.is_file() for snapshot in found)

"""The records of a run, read while the file grows."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.runs.folder import (
    METRICS,
)
from model.runs.metrics import Metrics, MetricsReader

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


def test_without_a_file_there_are_no_records(tmp_path: Path) -> None:
    reader = MetricsReader(tmp_path)
    assert reader.read() == Metrics()
    add(tmp_path, lines(START))
    assert reader.read().start == START


def test_an_incomplete_line_is_read_when_it_is_complete(tmp_path: Path) -> None:
    reader = MetricsReader(tmp_path)
    whole = lines(step(1), step(2))
    add(tmp_path, whole[:-20])
    assert reader.read().steps == [step(1)]
    assert reader.read().steps == [step(1)]
    add(tmp_path, whole[-20:-1])
    assert reader.read().steps == [step(1)], "the line ends with its newline"
    add(tmp_path, whole[-1:])
    assert reader.read().steps == [step(1), step(2)]


@given(st.lists(st.integers(0, 40), max_size=8), st.lists(st.integers(1, 300), max_size=12))
def test_each_record_is_read_once_however_the_file_grows(numbers: list[int], cuts: list[int]) -> None:
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
def test_a_damaged_line_is_left_out(tmp_path: Path, line: bytes) -> None:
    add(tmp_path, lines(step(1)) + line.strip() + b"\n" + lines(step(2)))
    assert read(tmp_path) == Metrics(None, [step(1), step(2)])

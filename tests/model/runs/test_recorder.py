"""The recorder writes the events of a training and follows the commands in its folder."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from model.data.datasets import DataSet
from model.network.checkpoint import Checkpoint, load_checkpoint
from model.network.cnn import DigitCNN
from model.runs import recorder as recorder_module
from model.runs.folder import (
    BEST,
    LATEST,
    PROCESS,
    REPORT,
    Command,
    RunSettings,
    read_command,
    read_json,
    read_settings,
    read_snapshots,
    write_command,
)
from model.runs.metrics import Metrics, MetricsReader
from model.runs.process import is_alive
from model.runs.recorder import PAUSE_SECONDS, SNAPSHOT_BYTES, Recorder, RunGoneError, snapshots_of
from model.runs.report import read_report, report_of
from model.training.events import EpochEnd, Event, Finished, Progress, Started
from model.training.loop import train
from tests.conftest import assert_one_sentence
from tests.runs import TINY, recipe

SETTINGS = RunSettings(title="mine", model=TINY, train=recipe(epochs=3, train_images=1000))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "run"


@pytest.fixture(scope="module")
def events(digits: DataSet) -> list[Event]:
    return list(train(TINY, SETTINGS.train, digits, snapshots=12))


def metrics_of(folder: Path) -> Metrics:
    return MetricsReader(folder).read()


# --- What it writes ---------------------------------------------------------------------------------------------------


@pytest.fixture
def recorded(folder: Path, events: list[Event], digits: DataSet) -> Path:
    """The folder after the whole training."""
    recorder = Recorder(folder, SETTINGS)
    for event in events:
        recorder.record(event)
    assert isinstance(events[-1], Finished)
    recorder.finish(events[-1], digits, report_of(events[-1]))
    return folder


def test_settings_and_process_are_written_first(folder: Path) -> None:
    Recorder(folder, SETTINGS)
    assert read_settings(folder) == SETTINGS
    assert is_alive(read_json(folder / PROCESS) or {})
    assert read_command(folder) is Command.RUN


def test_existing_settings_and_process_are_kept(folder: Path) -> None:
    folder.mkdir()
    for name in ("run.json", PROCESS):
        (folder / name).write_text("{}")
    write_command(folder, Command.PAUSE)
    Recorder(folder, SETTINGS)
    assert (folder / "run.json").read_text() == (folder / PROCESS).read_text() == "{}"
    assert read_command(folder) is Command.PAUSE


def test_the_first_steps_are_written_at_once(folder: Path, events: list[Event]) -> None:
    recorder = Recorder(folder, SETTINGS)
    progress = next(event for event in events if isinstance(event, Progress))
    recorder.record(events[0])
    recorder.record(progress)
    (record,) = metrics_of(folder).steps
    assert (record["step"], record["loss"], record["accuracy"]) == (progress.step, progress.loss, progress.accuracy)
    assert load_checkpoint(folder / LATEST).model == TINY


def test_epochs_and_checks_are_those_of_the_training(recorded: Path, events: list[Event]) -> None:
    metrics = metrics_of(recorded)
    ends = [event for event in events if isinstance(event, EpochEnd)]
    started = events[0]
    assert isinstance(started, Started)
    assert metrics.start is not None
    assert metrics.start["steps_per_epoch"] == started.steps_per_epoch
    for record, event in zip(metrics.epochs, ends, strict=True):
        assert {name: record[name] for name in ("epoch", "train_loss", "validation_accuracy", "improved")} == {
            name: getattr(event, name) for name in ("epoch", "train_loss", "validation_accuracy", "improved")
        }
        assert record["step"] == event.epoch * started.steps_per_epoch
    assert [check["step"] for check in metrics.checks] == [
        snapshot.step for snapshot in read_snapshots(recorded, started.steps_per_epoch) if snapshot.epoch < 1
    ]
    assert len(read_snapshots(recorded, 1)) <= 12


def test_a_record_of_steps_is_their_mean(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    recorder = Recorder(folder, SETTINGS)
    recorder.record(started())
    for number, (loss, speed) in enumerate([(4.0, 100.0), (3.0, 100.0), (1.0, 400.0), (9.0, 1.0)]):
        recorder.record(progress(10 * number + 10, loss=loss, speed=speed))
        clock.pass_by(0.06)
    first, second = metrics_of(folder).steps
    assert (first["step"], first["loss"]) == (10, 4.0)
    assert (second["step"], second["loss"], second["epoch"]) == (30, 2.0, 3.0)
    assert second["images_per_second"] == pytest.approx(2 / (1 / 100 + 1 / 400)), "the mean time of a picture"


def test_a_long_run_has_fewer_records_of_steps_but_all_epochs(
    folder: Path, monkeypatch: pytest.MonkeyPatch, events: list[Event]
) -> None:
    clock = Clock(monkeypatch)
    recorder = Recorder(folder, SETTINGS)
    recorder.record(started())
    end = next(event for event in events if isinstance(event, EpochEnd))
    counts = []
    for part in range(4):
        for number in range(1, 3001):
            recorder.record(progress(10 * (3000 * part + number)))
            clock.pass_by(0.05)
        counts.append(len(metrics_of(folder).steps))
        clock.pass_by(1000 * 4**part)
    fresh = [later - earlier for earlier, later in pairwise([0, *counts])]
    assert fresh == sorted(fresh, reverse=True)
    assert fresh[0] >= 1000
    assert fresh[-1] < 20
    recorder.record(end)
    assert metrics_of(folder).steps[-1]["step"] == metrics_of(folder).epochs[-1]["step"] == 120_000


def test_the_present_network_is_written_twice_a_second(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    taken = []

    def network() -> Checkpoint:
        taken.append(clock.now)
        return checkpoint()

    recorder = Recorder(folder, SETTINGS)
    recorder.record(started())
    for number in range(1, 101):
        recorder.record(progress(10 * number, network=network))
        clock.pass_by(0.1)
    assert 15 <= len(taken) <= 21, "about twice a second in ten seconds"
    assert load_checkpoint(folder / LATEST).weights.keys() == checkpoint().weights.keys()


@pytest.mark.parametrize(("parameters", "most"), [(100, 24), (93_322, 24), (5_000_000, 5)])
def test_large_networks_have_fewer_snapshots(parameters: int, most: int) -> None:
    assert snapshots_of(parameters) == most
    assert snapshots_of(parameters) * 4 * parameters <= SNAPSHOT_BYTES


def test_the_report_ends_the_run(recorded: Path, events: list[Event]) -> None:
    finished = events[-1]
    assert isinstance(finished, Finished)
    report = read_report(recorded)
    assert report is not None
    assert (report["outcome"], report["test_accuracy"]) == ("finished", finished.test.accuracy)
    assert report["gap"] == finished.training.accuracy - finished.test.accuracy
    assert load_checkpoint(recorded / BEST).metrics["test_accuracy"] == finished.test.accuracy
    assert not (recorded / LATEST).exists()


def test_a_failure_is_written_and_the_best_network_is_kept(folder: Path, events: list[Event]) -> None:
    recorder = Recorder(folder, SETTINGS)
    for event in events[:-1]:
        recorder.record(event)
    recorder.fail("It was too hot.")
    assert read_report(folder) == {"outcome": "failed", "message": "It was too hot."}
    load_checkpoint(folder / BEST)
    assert not (folder / LATEST).exists()


# --- Commands -----------------------------------------------------------------------------------------------------


class Clock:
    """The recorder's clock. It changes only by the test and by the recorder's sleep."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        self.while_asleep = lambda: None
        monkeypatch.setattr(recorder_module, "time", SimpleNamespace(monotonic=lambda: self.now, sleep=self._sleep))

    def pass_by(self, seconds: float) -> None:
        self.now += seconds

    def _sleep(self, seconds: float) -> None:
        self.now += seconds
        self.while_asleep()


def started() -> Started:
    return Started("cpu", "float32", 10, 95, 5, steps_per_epoch=10)


def checkpoint() -> Checkpoint:
    return Checkpoint(TINY, recipe(), DigitCNN(TINY).state_dict(), "digits")


def progress(step: int, loss: float = 1.0, speed: float = 100.0, network: Any = checkpoint) -> Progress:
    return Progress(1, step, loss, 0.5, 0.001, speed, network)


def test_it_waits_during_a_pause_which_does_not_count_in_its_times(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(monkeypatch)
    recorder = Recorder(folder, SETTINGS)
    recorder.record(started())
    clock.pass_by(2)
    write_command(folder, Command.PAUSE)
    begin = clock.now

    def command_after_ten_minutes() -> None:
        if clock.now - begin > 600:
            write_command(folder, Command.WAIT if read_command(folder) is Command.PAUSE else Command.RUN)

    clock.while_asleep = command_after_ten_minutes
    recorder.record(progress(10))
    assert 600 < clock.now - begin < 601
    assert not recorder.stop()
    clock.pass_by(3)
    recorder.record(progress(20))
    assert [record["elapsed"] for record in metrics_of(folder).steps] == pytest.approx([2, 5], abs=0.1)


def test_it_stops_on_command_also_during_a_pause(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    recorder = Recorder(folder, SETTINGS)
    recorder.record(started())
    recorder.record(progress(10))
    assert not recorder.stop()
    write_command(folder, Command.PAUSE)
    clock.while_asleep = lambda: write_command(folder, Command.STOP)
    recorder.record(progress(20))
    assert recorder.stop()


def test_a_pause_that_is_too_long_ends_the_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    monkeypatch.setattr(recorder_module, "_POLL_SECONDS", 60.0)
    recorder = Recorder(folder, SETTINGS)
    write_command(folder, Command.PAUSE)
    recorder.record(progress(10))
    assert clock.now - 1000 == pytest.approx(PAUSE_SECONDS, rel=0.05)
    assert recorder.stop()


# --- Failures --------------------------------------------------------------------------------------------------


def test_a_folder_with_a_run_is_refused_and_not_changed(recorded: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in recorded.rglob("*")}
    with pytest.raises(RunGoneError) as caught:
        Recorder(recorded, SETTINGS)
    assert_one_sentence(caught.value)
    assert str(recorded) in str(caught.value)
    assert {path: path.stat().st_mtime_ns for path in recorded.rglob("*")} == before


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RunGoneError) as caught:
        Recorder(tmp_path / "file" / "run", SETTINGS)
    assert_one_sentence(caught.value)


def test_a_deleted_folder_ends_the_run_and_is_not_made_again(folder: Path, events: list[Event]) -> None:
    for event in events[:-1]:
        recorder = Recorder(folder, SETTINGS)
        shutil.rmtree(folder)
        with pytest.raises(RunGoneError) as caught:
            recorder.record(event)
        assert_one_sentence(caught.value)
        recorder.fail(str(caught.value))
        assert not folder.exists()


def test_a_deleted_folder_ends_a_pause(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    recorder = Recorder(folder, SETTINGS)
    write_command(folder, Command.PAUSE)
    clock.while_asleep = lambda: shutil.rmtree(folder)
    with pytest.raises(RunGoneError):
        recorder.record(progress(10))
    assert not folder.exists()


@pytest.fixture
def full() -> Iterator[Any]:
    device = Path("/dev/full")
    if not device.exists():
        pytest.skip("only Linux has a disk that is always full")
    with device.open("ab", buffering=0) as file:
        yield file


def test_a_full_disk_ends_the_run_with_one_sentence(folder: Path, full: Any) -> None:
    recorder = Recorder(folder, SETTINGS)
    recorder._metrics.close()
    recorder._metrics = full
    with pytest.raises(RunGoneError) as caught:
        recorder.record(started())
    assert_one_sentence(caught.value)
    assert "space" in str(caught.value)


def test_a_half_written_line_ends_the_run_and_is_not_read(folder: Path) -> None:
    recorder = Recorder(folder, SETTINGS)
    recorder.record(started())
    file = recorder._metrics
    recorder._metrics = SimpleNamespace(write=lambda line: file.write(line[:20]), close=file.close)  # type: ignore[assignment]
    with pytest.raises(RunGoneError) as caught:
        recorder.record(progress(10))
    assert_one_sentence(caught.value)
    recorder.fail(str(caught.value))
    assert metrics_of(folder).steps == []
    assert (read_json(folder / REPORT) or {})["message"] == str(caught.value)

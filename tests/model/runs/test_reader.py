"""The reader finds a state for each folder of a run, with any content."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.runs.folder import CONTROL, METRICS, PROCESS, REPORT, RUN, SNAPSHOTS
from model.runs.report import read_report
from model.runs.run import Run, State
from model.runs.store import RunStore
from tests.conftest import assert_one_sentence, json_values
from tests.model.runs.helpers import ANNA, BEN, FakeLauncher, ended, start
from tests.runs import now


def test_all_students_see_a_run_with_damaged_settings_and_can_delete_it(queue: RunStore, fake: FakeLauncher) -> None:
    run = ended(queue, fake, ANNA, "mine")
    (run.folder / RUN).write_text('{"title": ')
    found = now(RunStore(queue.folder, fake), run)
    assert (found.state, found.settings, found.title) == (State.DAMAGED, None, run.id)
    assert_one_sentence(found.message)
    assert (found.created, found.owner) == (0.0, "")
    queue = RunStore(queue.folder, fake)
    queue.delete(run.id, BEN)
    assert queue.runs() == []


@pytest.mark.parametrize("name", [PROCESS, REPORT])
def test_a_run_with_another_damaged_file_is_shown_and_can_be_deleted(
    queue: RunStore, fake: FakeLauncher, name: str
) -> None:
    run = start(queue, ANNA, "mine")
    (run.folder / name).write_bytes(b"\xff\x00")
    found = now(queue, run)
    assert (found.state, found.title) == (State.DAMAGED, "mine")
    assert_one_sentence(found.message)
    queue.delete(run.id, ANNA)
    assert queue.runs() == []


@pytest.fixture(scope="module")
def damaged(finished: Run, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, bytes | None], Run]:
    """Replaces one file of a finished run by this content, or by a folder for None. Gives the run of a new store."""
    folder = tmp_path_factory.mktemp("damaged")
    whole = {name: (finished.folder / name).read_bytes() for name in (RUN, CONTROL, PROCESS, METRICS, REPORT)}

    def put(name: str, content: bytes | None) -> Run:
        place = folder / finished.id
        shutil.rmtree(place, ignore_errors=True)
        (place / SNAPSHOTS).mkdir(parents=True)
        for odd in ("00000007.safetensors", "x.safetensors", "1e3.safetensors"):
            (place / SNAPSHOTS / odd).touch()
        for each, value in whole.items():
            if each == name and content is None:
                (place / each).mkdir()
            elif each != REPORT or name in (REPORT, RUN):  # with a report, the other files would not be read
                (place / each).write_bytes(content if each == name and content is not None else value)
        (run,) = RunStore(folder, FakeLauncher()).runs()
        return run

    return put


def assert_usable(run: Run) -> None:
    """Every property that the app uses has a value of the right kind."""
    assert run.state in State
    assert isinstance(run.message, str)
    assert isinstance(run.title, str)
    time.localtime(run.created)
    metrics = run.metrics()
    if metrics.start:
        assert metrics.start["steps_per_epoch"] + metrics.start["validation_images"] < 2e15
        assert isinstance(metrics.start["device"], str)
    for record in (*metrics.steps, *metrics.checks):
        assert all(record[name] + 0.0 == record[name] for name in ("step", "epoch", "loss", "accuracy", "elapsed"))
    for record in metrics.epochs:
        f"{record['train_loss']:.4f} {record['learning_rate']:g}"
        assert record["validation_loss"] is None or record["validation_loss"] + 0.0 == record["validation_loss"]
    report = run.report()
    if run.state in (State.FINISHED, State.STOPPED):
        assert report is not None
        f"{report['test_accuracy']:.2%} {report['gap']:.2%} {report['epochs']:d} {report['history'][:1]}"
        assert sum(sum(row) for row in report["confusion"]) >= 0
        assert all(0 <= mistake["label"] <= 9 for mistake in report["mistakes"])
    assert [snapshot.step for snapshot in run.snapshots()] == [7]
    assert run.snapshots()[0].epoch >= 0 or metrics.start
    assert run.best() is run.latest() is None


FILES = st.sampled_from([RUN, CONTROL, PROCESS, METRICS, REPORT])


@given(FILES, json_values().map(lambda value: json.dumps(value).encode()) | st.binary(max_size=50) | st.none())
def test_no_content_of_a_file_raises(
    damaged: Callable[[str, bytes | None], Run], name: str, content: bytes | None
) -> None:
    assert_usable(damaged(name, content))


@given(st.sampled_from([RUN, CONTROL, PROCESS, REPORT]), st.data())
def test_no_value_in_a_file_raises(
    damaged: Callable[[str, bytes | None], Run], finished: Run, name: str, data: st.DataObject
) -> None:
    content = json.loads((finished.folder / name).read_bytes())
    part = content
    while isinstance(part, dict):
        key = data.draw(st.sampled_from(sorted(part)))
        if not isinstance(part[key], dict) or data.draw(st.booleans()):
            part[key] = data.draw(json_values())
            break
        part = part[key]
    assert_usable(damaged(name, json.dumps(content).encode()))


@given(st.data())
def test_no_value_in_a_record_raises(
    damaged: Callable[[str, bytes | None], Run], finished: Run, data: st.DataObject
) -> None:
    lines = (finished.folder / METRICS).read_bytes().splitlines()
    place = data.draw(st.integers(0, len(lines) - 1))
    record = json.loads(lines[place])
    record[data.draw(st.sampled_from(sorted(record)))] = data.draw(json_values())
    lines[place] = json.dumps(record).encode()
    assert_usable(damaged(METRICS, b"\n".join(lines) + b"\n"))


@pytest.mark.parametrize("name", ["test_accuracy", "history", "confusion", "mistakes", "gap", "message", "outcome"])
def test_a_report_without_one_of_its_fields_is_damaged(
    damaged: Callable[[str, bytes | None], Run], finished: Run, name: str
) -> None:
    report = read_report(finished.folder)
    assert report is not None
    del report[name]
    run = damaged(REPORT, json.dumps(report).encode())
    assert (run.state, run.report()) == (State.DAMAGED, None)
    assert_one_sentence(run.message)

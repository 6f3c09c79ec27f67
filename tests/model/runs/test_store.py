"""The store of runs: commands, owners, limits and failures to start. Without processes."""

from __future__ import annotations

import json
import shutil
from gettext import NullTranslations
from pathlib import Path

import pytest

from model.runs.folder import CONTROL, REPORT, write_json
from model.runs.run import RunError, State
from model.runs.store import MAX_WAITING, RunStore
from model.training.events import DIVERGED
from tests.conftest import assert_one_sentence
from tests.model.runs.helpers import ANNA, BEN, FakeLauncher, end_run, start
from tests.runs import now


def test_the_reason_of_a_failure_is_shown_in_the_readers_language(
    queue: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, stored = start(queue), DIVERGED.format(epoch=1, step=3, rate="100", less="10")
    write_json(run.folder / REPORT, {"outcome": "failed", "message": stored})
    run = now(queue, run)
    assert (run.state, run.message, run.notice) == (State.FAILED, stored, "")
    words = NullTranslations()
    monkeypatch.setattr(words, "gettext", lambda text: "{rate} {epoch}" if text == DIVERGED else text)
    monkeypatch.setattr("model.language.catalogue", lambda code: words)
    assert run.message == "100 1", "the run itself was read before the language changed"


def test_stopping_a_waiting_run_takes_it_out_of_the_queue(queue: RunStore, fake: FakeLauncher) -> None:
    first, second = start(queue), start(queue)
    queue.stop(second.id, ANNA)
    assert [run.id for run in queue.runs()] == [first.id]
    end_run(queue, fake, first.id)
    queue.dispatch()
    assert fake.launched == [first.id]


def test_a_resumed_run_that_waits_can_be_stopped(queue: RunStore) -> None:
    first = start(queue)
    queue.pause(first.id, ANNA)
    start(queue, BEN)
    queue.resume(first.id, ANNA)
    assert now(queue, first).state is State.WAITING
    queue.stop(first.id, ANNA)
    assert now(queue, first).state is State.STOPPING


def test_only_its_owner_can_change_a_run(queue: RunStore) -> None:
    run = start(queue)
    for act in (queue.pause, queue.resume, queue.stop, queue.delete):
        with pytest.raises(RunError) as caught:
            act(run.id, BEN)
        assert_one_sentence(caught.value)
        assert now(queue, run) == run
        with pytest.raises(RunError) as caught:
            act("20260101-000000-abcdef", ANNA)
        assert_one_sentence(caught.value)
    with pytest.raises(RunError) as caught:
        queue.delete(run.id, ANNA)
    assert_one_sentence(caught.value)
    assert "stop it first" in str(caught.value)
    assert [each.id for each in queue.runs(ANNA)] == [run.id]
    assert queue.runs(BEN) == []


@pytest.mark.parametrize("act", ["pause", "resume", "stop"])
def test_a_run_that_has_ended_does_not_change(queue: RunStore, fake: FakeLauncher, act: str) -> None:
    run = start(queue)
    end_run(queue, fake, run.id)
    getattr(queue, act)(run.id, ANNA)
    assert now(queue, run).state is State.FAILED
    assert json.loads((run.folder / CONTROL).read_text()) == {"wanted": "run"}


def test_one_student_cannot_fill_the_queue(queue: RunStore) -> None:
    for _ in range(1 + MAX_WAITING):
        start(queue)
    with pytest.raises(RunError) as caught:
        start(queue)
    assert_one_sentence(caught.value)
    assert start(queue, BEN).place == 1


def test_a_run_whose_process_cannot_start_has_failed_with_the_reason(queue: RunStore, fake: FakeLauncher) -> None:
    fake.fails = True
    run = start(queue)
    assert (run.state, run.message) == (State.FAILED, "The machine took no process; try again.")
    fake.fails = False
    assert start(queue).state is State.RUNNING


def test_a_run_that_cannot_be_written_is_not_started(queue: RunStore) -> None:
    shutil.rmtree(queue.folder)
    queue.folder.write_text("a file in its place")
    with pytest.raises(RunError) as caught:
        start(queue)
    assert_one_sentence(caught.value)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError) as caught:
        RunStore(tmp_path / "file" / "runs")
    assert_one_sentence(caught.value)
    assert str(tmp_path / "file" / "runs") in str(caught.value)


def test_the_log_has_the_states_of_a_run_and_no_personal_data(
    queue: RunStore, fake: FakeLauncher, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "digit_lab")
    run = start(queue, ANNA, "My secret title")
    end_run(queue, fake, run.id)
    queue.runs()
    queue.delete(run.id, ANNA)
    log = caplog.text
    for record in ("queued", "started", "failed Over.", "deleted"):
        assert f"run {run.id}: {record}" in log
    assert ANNA not in log
    assert "secret" not in log

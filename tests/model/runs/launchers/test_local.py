"""Runs as processes of this machine: the waiting process, their priority, and their log."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from model.runs.folder import LOG, METRICS, RUN, RunSettings, write_json
from model.runs.launchers import LocalLauncher
from model.runs.process import ProcessRecord, is_alive, record_of
from model.runs.report import read_report
from model.runs.run import State
from model.runs.store import RunStore
from tests.conftest import ROOT
from tests.runs import ENDLESS, TINY, nothing_left_running, recipe, wait_until

UNIX = pytest.mark.skipif(os.name == "nt", reason="Windows has other priorities")


def children() -> list[psutil.Process]:
    """The children of this process. Their command lines are not read: the system sets them after the start."""
    return [child for child in psutil.Process().children() if not over(child)]


def over(process: psutil.Process) -> bool:
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@pytest.fixture
def launcher() -> Iterator[LocalLauncher]:
    before = set(children())
    yield LocalLauncher(slots=1)
    for child in set(children()) - before:
        child.kill()
        wait_until(lambda child=child: over(child))


def new_children(before: list[psutil.Process]) -> list[psutil.Process]:
    return [child for child in children() if child not in before]


def waiting_process(launcher: LocalLauncher) -> psutil.Process:
    """The process that `prepare` starts."""
    before = children()
    launcher.prepare()
    (child,) = new_children(before)
    return child


def new_run(folder: Path, **values: Any) -> Path:
    """The folder of a run that has not begun."""
    folder.mkdir()
    settings = RunSettings(model=TINY, train=recipe(**{"epochs": 1, **values}))
    write_json(folder / RUN, settings.model_dump(mode="json"))
    return folder


def test_the_waiting_process_computes_the_next_run(launcher: LocalLauncher, tmp_path: Path) -> None:
    before = children()
    ready = waiting_process(launcher)
    launcher.prepare()
    assert new_children(before) == [ready], "one is enough"

    saved: list[ProcessRecord] = []
    launcher.launch(new_run(tmp_path / "one"), saved.append)
    assert [record["pid"] for record in saved] == [ready.pid]
    launcher.launch(new_run(tmp_path / "two"), saved.append)
    assert saved[1]["pid"] != ready.pid, "no process stood by"

    another = waiting_process(launcher)
    assert another.pid not in [record["pid"] for record in saved]
    wait_until(lambda: not any(launcher.is_alive(record) for record in saved), 120)
    assert not over(another)
    for name in ("one", "two"):
        assert read_report(tmp_path / name) is not None
        assert "Test accuracy" in (tmp_path / name / LOG).read_text()


def test_a_waiting_process_that_ended_is_replaced(launcher: LocalLauncher) -> None:
    dead = waiting_process(launcher)
    dead.kill()
    wait_until(lambda: over(dead))
    before = set(children())
    wait_until(lambda: launcher.prepare() or set(children()) - before)
    assert dead not in children()


def test_a_record_that_cannot_be_saved_starts_nothing_and_keeps_the_process(
    launcher: LocalLauncher, tmp_path: Path
) -> None:
    before = children()
    run = new_run(tmp_path / "one")

    def full(record: ProcessRecord) -> None:
        raise OSError(28, "No space left on device")

    for _ in range(3):
        with pytest.raises(OSError, match="No space"):
            launcher.launch(run, full)
    assert len(new_children(before)) == 1, "the queue tries twice a second"
    assert not (run / METRICS).exists()


def test_a_run_that_was_deleted_while_its_process_started_stays_deleted(
    launcher: LocalLauncher, tmp_path: Path
) -> None:
    saved: list[ProcessRecord] = []
    run = new_run(tmp_path / "one")
    waiting_process(launcher)
    shutil.rmtree(run)
    launcher.launch(run, saved.append)
    wait_until(lambda: not launcher.is_alive(saved[0]), 120)
    assert not run.exists()


@UNIX
def test_the_log_has_the_traceback_of_a_crash(launcher: LocalLauncher, tmp_path: Path) -> None:
    saved: list[ProcessRecord] = []
    run = new_run(tmp_path / "one", epochs=ENDLESS)
    launcher.launch(run, saved.append)
    wait_until((run / METRICS).exists, 120)
    os.kill(saved[0]["pid"], signal.SIGSEGV)
    wait_until(lambda: not launcher.is_alive(saved[0]))
    assert "Segmentation fault" in (run / LOG).read_text()


@UNIX
def test_a_run_has_low_priority_and_its_share_of_the_cores(
    monkeypatch: pytest.MonkeyPatch, launcher: LocalLauncher
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(6)), raising=False)
    child = waiting_process(LocalLauncher(2))
    assert child.nice() >= 10
    assert child.environ()["OMP_NUM_THREADS"] == "3"


@pytest.mark.parametrize(("cores", "slots"), [(1, 1), (16, 8)])
def test_one_run_is_computed_for_each_two_cores(cores: int, slots: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(cores)), raising=False)
    assert LocalLauncher().slots == slots


APP = """
import sys
from pathlib import Path
from model.runs.launchers import LocalLauncher
from model.runs.store import RunStore
from tests.runs import TINY, recipe

store = RunStore(Path(sys.argv[1]), LocalLauncher(1))
store.start(TINY, recipe(), "anna", "")
store.launcher.prepare()
print(store.launcher._ready.pid, flush=True)
sys.stdin.read()
"""


@UNIX
def test_when_the_app_is_killed_its_runs_continue_and_the_waiting_process_ends(tmp_path: Path) -> None:
    with nothing_left_running(tmp_path):
        app = subprocess.Popen(
            [sys.executable, "-c", APP, str(tmp_path)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert app.stdout is not None
        ready = record_of(int(app.stdout.readline()))
        assert is_alive(ready)
        app.send_signal(signal.SIGKILL)
        app.communicate()

        store = RunStore(tmp_path, LocalLauncher(1))
        wait_until(lambda: all(not run.state.active for run in store.runs()), 120)
        assert [(run.state, run.message) for run in store.runs()] == [(State.FINISHED, "")]
        wait_until(lambda: not is_alive(ready))

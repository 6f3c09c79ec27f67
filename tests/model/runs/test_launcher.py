"""Processes of runs: the one that stands by, their place behind everything else, and what becomes of them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from model.runs.launcher import RAY_VARIABLE, LaunchError, LocalLauncher, RayLauncher, default_launcher
from model.runs.process import is_alive, record_of
from model.runs.run import RunError, State
from model.runs.store import RunStore
from tests.conftest import ROOT, assert_one_sentence
from tests.runs import nothing_left_running, wait_until

UNIX = pytest.mark.skipif(os.name == "nt", reason="Windows has other priorities")


def children() -> list[psutil.Process]:
    """Those of this process that train.py runs in."""
    return [child for child in psutil.Process().children() if not over(child) and "--stand-by" in child.cmdline()]


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


def spare(launcher: LocalLauncher) -> psutil.Process:
    """The process that `prepare` starts."""
    before = children()
    launcher.prepare()
    (child,) = new_children(before)
    return child


def test_the_process_that_stands_by_is_used_and_there_is_one_at_a_time(launcher: LocalLauncher) -> None:
    before = children()
    ready = spare(launcher)
    launcher.prepare()
    assert new_children(before) == [ready], "one is enough"

    claimed: list[dict[str, Any]] = []
    launcher.launch("one", ["--nonsense"], claimed.append)
    assert [record["pid"] for record in claimed] == [ready.pid]
    launcher.launch("two", ["--nonsense"], claimed.append)
    assert claimed[1]["pid"] != ready.pid, "none stood by"
    assert all(launcher.is_alive(record) for record in claimed)

    another = spare(launcher)
    assert another.pid not in [record["pid"] for record in claimed]
    wait_until(lambda: not any(launcher.is_alive(record) for record in claimed))  # such arguments end at once
    assert not over(another)


def test_a_process_that_died_while_it_stood_by_is_replaced(launcher: LocalLauncher) -> None:
    dead = spare(launcher)
    dead.kill()
    wait_until(lambda: over(dead))
    assert spare(launcher).pid != dead.pid


def test_a_claim_that_cannot_be_written_starts_nothing_and_keeps_the_process(launcher: LocalLauncher) -> None:
    before = children()

    def full(record: dict[str, Any]) -> None:
        raise OSError(28, "No space left on device")

    for _ in range(3):
        with pytest.raises(OSError, match="No space"):
            launcher.launch("one", ["--nonsense"], full)
    assert len(new_children(before)) == 1, "the queue tries twice a second"


@UNIX
@pytest.mark.parametrize("slots", [1, 2])
def test_a_run_lets_others_go_first_and_takes_its_share_of_the_cores(
    slots: int, monkeypatch: pytest.MonkeyPatch, launcher: LocalLauncher
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(6)), raising=False)
    child = spare(LocalLauncher(slots))
    assert child.nice() >= 10
    assert child.environ()["OMP_NUM_THREADS"] == str(6 // slots)


@pytest.mark.parametrize(("cores", "slots"), [(1, 1), (2, 1), (4, 2), (16, 8)])
def test_there_is_one_run_at_once_for_each_two_cores(cores: int, slots: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(cores)), raising=False)
    assert LocalLauncher().slots == slots


APP = """
import sys
from pathlib import Path
from model.runs.launcher import LocalLauncher
from model.runs.store import RunStore
from tests.runs import TINY, recipe

store = RunStore(Path(sys.argv[1]), LocalLauncher(1))
store.start(TINY, recipe(), "anna", "")
store.launcher.prepare()
print(store.launcher._ready.pid, flush=True)
sys.stdin.read()
"""


@UNIX
def test_when_the_app_is_killed_its_runs_go_on_and_the_process_that_stands_by_ends(tmp_path: Path) -> None:
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


# --- telling processes apart ------------------------------------------------------------------------------------------


def test_a_process_is_told_from_a_later_one_with_its_number() -> None:
    record = record_of(os.getpid())
    assert is_alive(record)
    assert not is_alive({**record, "created": record["created"] - 60})
    assert not is_alive({**record, "host": "another machine"})
    assert not is_alive({**record, "pid": 2**22 + 1})


@pytest.mark.parametrize(
    "spoil",
    [
        lambda record: {},
        lambda record: {**record, "pid": "1"},
        lambda record: {**record, "pid": -1},
        lambda record: {**record, "pid": 10**30},
        lambda record: {**record, "created": None},
        lambda record: {**record, "created": 10**400},
        lambda record: {**record, "created": float("nan")},
    ],
)
def test_a_record_that_is_none_is_no_process(spoil: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    record = spoil(record_of(os.getpid()))
    assert not is_alive(record)
    assert not LocalLauncher(1).is_alive(record)


# --- which launcher ---------------------------------------------------------------------------------------------------


def test_runs_are_processes_of_this_machine_unless_a_cluster_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(RAY_VARIABLE, raising=False)
    assert isinstance(default_launcher(), LocalLauncher)


def test_a_cluster_without_ray_is_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(RAY_VARIABLE, "http://127.0.0.1:8265")
    monkeypatch.setitem(sys.modules, "ray.job_submission", None)
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(LaunchError) as caught:
        default_launcher()
    assert_one_sentence(caught.value)
    assert "requirements-ray.txt" in str(caught.value)
    with pytest.raises(RunError) as told:
        RunStore(tmp_path)
    assert str(told.value) == str(caught.value)


def test_a_cluster_that_does_not_answer_is_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pytest.importorskip("ray", reason="Ray is not installed: pip install -r requirements-ray.txt")
    launcher = RayLauncher("http://127.0.0.1:9")
    with pytest.raises(LaunchError) as caught:
        launcher.launch("one", [], lambda record: None)
    assert_one_sentence(str(caught.value).replace("http://", ""))
    assert "127.0.0.1:9" in str(caught.value)
    assert launcher.is_alive({"ray": "one"}), "nobody knows"

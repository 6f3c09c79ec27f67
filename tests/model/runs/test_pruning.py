"""Old runs are removed, so that they do not fill the disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.runs import pruning
from model.runs.folder import SNAPSHOTS
from model.runs.pruning import MAX_RUNS, MAX_RUNS_BYTES
from model.runs.store import MAX_WAITING, RunStore
from tests.model.runs.helpers import ANNA, BEN, FakeLauncher, ended, start


def titles(queue: RunStore) -> list[str]:
    return sorted(run.title for run in queue.runs())


def test_the_oldest_run_of_the_student_with_most_runs_is_removed_first(
    queue: RunStore, fake: FakeLauncher, monkeypatch: pytest.MonkeyPatch
) -> None:
    for owner, title in ((BEN, "b1"), (ANNA, "a1"), (ANNA, "a2"), (ANNA, "a3"), (BEN, "b2")):
        ended(queue, fake, owner, title)
    monkeypatch.setattr(pruning, "MAX_RUNS", 4)
    queue.prune()
    assert titles(queue) == ["a2", "a3", "b1", "b2"]
    monkeypatch.setattr(pruning, "MAX_RUNS", 3)
    queue.prune()
    assert titles(queue) == ["a2", "a3", "b2"], "the oldest run, where two students have as many"
    monkeypatch.setattr(pruning, "MAX_RUNS", 1)
    queue.prune()
    assert titles(queue) == ["b2"], "the newest stays"
    assert not list(queue.folder.glob(".gone-*"))


def test_the_documentation_names_the_limits() -> None:
    page = " ".join((Path(__file__).parents[3] / "docs" / "classroom.md").read_text().split())
    assert f"{MAX_RUNS} runs are kept, in at most {MAX_RUNS_BYTES // 2**30} GiB" in page
    assert f"a student may have {MAX_WAITING} waiting" in page


def test_runs_that_take_too_much_space_are_removed(
    queue: RunStore, fake: FakeLauncher, monkeypatch: pytest.MonkeyPatch
) -> None:
    for title in ("old", "new"):
        run = ended(queue, fake, ANNA, title)
        (run.folder / SNAPSHOTS).mkdir()
        (run.folder / SNAPSHOTS / "00000001.safetensors").write_bytes(bytes(50_000))
    monkeypatch.setattr(pruning, "MAX_RUNS_BYTES", 110_000)
    queue.prune()
    assert titles(queue) == ["new", "old"]
    monkeypatch.setattr(pruning, "MAX_RUNS_BYTES", 60_000)
    queue.prune()
    assert titles(queue) == ["new"]


def test_runs_that_are_active_or_in_use_are_kept(
    queue: RunStore, fake: FakeLauncher, monkeypatch: pytest.MonkeyPatch
) -> None:
    used = ended(queue, fake, ANNA, "used")
    ended(queue, fake, ANNA, "spare")
    queue.protect(used.id)
    start(queue, ANNA, "running")
    start(queue, ANNA, "waiting")
    monkeypatch.setattr(pruning, "MAX_RUNS", 1)
    queue.prune()
    assert titles(queue) == ["running", "used", "waiting"]
    monkeypatch.setattr(pruning, "IN_USE_SECONDS", -1.0)
    queue.prune()
    assert titles(queue) == ["running", "waiting"], "used a day ago"
    queue.protect("gone")
    assert titles(queue) == ["running", "waiting"]


def test_a_start_removes_old_runs(queue: RunStore, fake: FakeLauncher, monkeypatch: pytest.MonkeyPatch) -> None:
    ended(queue, fake, ANNA, "old")
    monkeypatch.setattr(pruning, "MAX_RUNS", 1)
    start(queue, BEN, "new")
    assert titles(queue) == ["new"]


def test_folders_that_are_not_runs_are_kept(queue: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    (queue.folder / "tensorboard").mkdir()
    (queue.folder / "tensorboard" / "events").write_text("mine")
    monkeypatch.setattr(pruning, "MAX_RUNS", 0)
    queue.prune()
    assert queue.runs() == []
    assert (queue.folder / "tensorboard" / "events").read_text() == "mine"

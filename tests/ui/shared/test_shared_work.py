"""Slow work that many sessions need: done once, kept when a session leaves, started again after a failure."""

from __future__ import annotations

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from ui.shared.shared_work import SharedWork


class Counter:
    """Work of ten steps that counts how often it was begun and what was done; it may fail at one step, once."""

    def __init__(self, fails_at: int | None = None) -> None:
        self.begun = 0
        self.done: list[int] = []
        self.fails_at = fails_at

    def work(self) -> Generator[float, None, str]:
        self.begun += 1
        assert self.begun < 5, "it begins again and again"
        for step in range(1, 11):
            if step == self.fails_at:
                self.fails_at = None
                raise OSError("no data")
            self.done.append(step)
            yield step / 10
        return "result"


def test_thirty_sessions_do_the_work_once_and_all_get_the_result() -> None:
    counter, start = Counter(), Barrier(30)
    shared = SharedWork(counter.work)

    def student(_: int) -> str:
        start.wait()
        return shared.finish("Working …")

    with ThreadPoolExecutor(30) as students:
        assert list(students.map(student, range(30))) == ["result"] * 30
    assert counter.begun == 1
    assert counter.done == list(range(1, 11))


def test_finished_steps_are_kept_when_a_session_leaves() -> None:
    counter = Counter()
    shared = SharedWork(counter.work)
    assert [shared.step(), shared.step()] == [0.1, 0.2]
    assert shared.result is None
    assert shared.finish("Working …") == shared.result == "result"
    assert counter.done == list(range(1, 11))
    assert shared.step() == 1
    assert counter.begun == 1


def test_after_a_failure_the_work_starts_again() -> None:
    counter = Counter(fails_at=4)
    shared = SharedWork(counter.work)
    with pytest.raises(OSError, match="no data"):
        shared.finish("Working …")
    assert shared.result is None
    assert shared.finish("Working …") == "result"
    assert counter.begun == 2
    assert counter.done == [1, 2, 3, *range(1, 11)]

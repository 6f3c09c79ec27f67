"""Stores of runs for the tests: with real processes, with none, and one finished run for all tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from model.runs.run import Run
from model.runs.store import RunStore
from tests.model.runs.helpers import ANNA, OVER, FakeLauncher
from tests.runs import TINY, launcher, nothing_left_running, recipe, wait_for


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    with nothing_left_running(tmp_path):
        yield tmp_path / "runs"


@pytest.fixture
def store(folder: Path) -> RunStore:
    """Real processes, one at a time."""
    return RunStore(folder, launcher())


@pytest.fixture
def fake() -> FakeLauncher:
    return FakeLauncher()


@pytest.fixture
def queue(folder: Path, fake: FakeLauncher) -> RunStore:
    """A store without processes."""
    return RunStore(folder, fake)


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """A run of a real process that trained for four epochs. Tests must not change its folder."""
    folder = tmp_path_factory.mktemp("finished")
    with nothing_left_running(folder):
        store = RunStore(folder, launcher())
        run = store.start(TINY, recipe(epochs=4, train_images=1000), ANNA, "  My network ", "widths")
        yield wait_for(store, run, *OVER)

"""Runs to compare: small, really trained, read as they are in their folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from model.comparison.compared_run import ComparedRun, compared_run
from model.runs.store import RunStore
from tests.trained_runs import IdleLauncher, TrainedRuns, settings, trained_runs

__all__ = ["trained_runs"]

Make = Callable[..., ComparedRun]


@pytest.fixture
def make(tmp_path: Path, trained_runs: TrainedRuns) -> Make:
    """Makes a run of this name; network and recipe as in `trained_runs.settings`."""
    store = RunStore(tmp_path, IdleLauncher())

    def run(name: str, network: dict[str, Any] | None = None, *, active: bool = False, **recipe: Any) -> ComparedRun:
        trained_runs.copy_to(tmp_path / name, settings(name, network, **recipe), active=active)
        found = store.get(name)
        compared = compared_run(found) if found else None
        assert compared is not None
        return compared

    return run

"""Which launcher the app uses."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from model.runs.launchers import RAY_VARIABLE, LocalLauncher, default_launcher
from model.runs.launchers.base import LaunchError
from model.runs.run import RunError
from model.runs.store import RunStore
from tests.conftest import assert_one_sentence


def test_runs_are_processes_of_this_machine_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
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

"""The section Train without processes: runs that were trained before, and the Compare page over them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from model.runs.store import RunStore
from tests.trained_runs import IdleLauncher, TrainedRuns, settings

TOKEN = "c" * 32
ME, OTHER = hashlib.sha256(TOKEN.encode()).hexdigest()[:16], "somebody"

Make = Callable[..., Path]
OpenCompare = Callable[..., AppTest]


@pytest.fixture
def idle_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunStore:
    """The app's store of runs, in an empty folder. It computes no run."""
    store = RunStore(tmp_path / "runs", IdleLauncher())
    monkeypatch.setattr("ui.train.run_store.run_store", lambda: store)
    return store


@pytest.fixture
def make_run(idle_store: RunStore, trained_runs: TrainedRuns) -> Make:
    """Makes the folder of a run with this name, newer than the runs before. active: it is still active after one
    epoch."""
    made = 0

    def run(
        name: str,
        network: dict[str, Any] | None = None,
        *,
        title: str = "",
        owner: str = ME,
        active: bool = False,
        **recipe: Any,
    ) -> Path:
        nonlocal made
        made += 1
        folder = idle_store.folder / name
        wanted = settings(title or name, network, owner=owner, created=1e9 + made, **recipe)
        trained_runs.copy_to(folder, wanted, active=active)
        return folder

    return run


@pytest.fixture
def open_compare(open_app: Callable[..., AppTest], idle_store: RunStore) -> OpenCompare:
    """Opens the Compare page as a student, by a link to these runs where there are any."""

    def run(*runs: str, pixels: object = None) -> AppTest:
        app = open_app(pixels)
        app.session_state["student_token"] = TOKEN
        if runs:
            app.query_params["runs"] = ",".join(runs)
        app.switch_page("pages/train/compare.py").run()
        assert not app.exception
        assert app.title[0].value == "Compare runs"
        return app

    return run


def texts(app: AppTest) -> str:
    """All texts of the page, one part per line."""
    return "\n".join(str(each.value) for each in (*app.markdown, *app.caption, *app.warning, *app.info))

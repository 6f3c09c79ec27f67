"""The page Retrain with a store of runs that starts no processes."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from model.data.datasets import DataSet
from model.runs.store import RunStore
from tests.pages.train.retrain.helpers import (
    PAGE,
    TOKEN,
    FakeLauncher,
    Open,
)


@pytest.fixture
def fake() -> FakeLauncher:
    return FakeLauncher()


@pytest.fixture
def store(tmp_path: Path, fake: FakeLauncher, digits: DataSet, monkeypatch: pytest.MonkeyPatch) -> RunStore:
    store = RunStore(tmp_path / "runs", fake)
    monkeypatch.setattr("ui.train.run_store.run_store", lambda: store)
    monkeypatch.setattr("ui.train.report.data_set", lambda: digits)
    monkeypatch.setattr("ui.shared.network_choice.CHECKPOINTS", tmp_path / "checkpoints")
    return store


@pytest.fixture
def open_page(open_app: Open, store: RunStore) -> Open:
    """Opens the page as a student; the same token is the same browser."""

    def run(pixels: object = None, token: str = TOKEN, **state: object) -> AppTest:
        app = open_app(pixels)
        app.session_state["student_token"] = token
        for key, value in state.items():
            app.session_state[key] = value
        app.switch_page(PAGE).run()
        assert not app.exception
        assert app.title[0].value == "Retrain"
        return app

    return run

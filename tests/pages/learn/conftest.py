"""Opens the lesson that a test file names in PAGE and TITLE, and saves networks to choose in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import ui.shared.data_set
from tests.pages.learn.helpers import OTHER_NETWORKS, Open, save_networks


@pytest.fixture
def open_page(open_app: Open, request: pytest.FixtureRequest) -> Open:
    """Opens the lesson; state: values of its controls before it opens."""

    def run(*arguments: object, **state: object) -> AppTest:
        app = open_app(*arguments)
        for key, value in state.items():
            app.session_state[key] = value
        app.switch_page(request.module.PAGE).run()
        assert not app.exception
        assert app.title[0].value == request.module.TITLE
        return app

    return run


@pytest.fixture
def other_networks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of OTHER_NETWORKS can be chosen by their names."""
    save_networks(tmp_path, OTHER_NETWORKS, monkeypatch)


@pytest.fixture(autouse=True)
def no_data_set_is_kept() -> Iterator[None]:
    """A data set that one test replaces is not used in the next test."""
    ui.shared.data_set.data_set.clear()
    yield
    ui.shared.data_set.data_set.clear()

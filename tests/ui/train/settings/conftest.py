"""The form of settings in an app of its own, on a machine of known speed."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

import model.training.time_estimate
from tests.ui.train.settings.helpers import (
    PAGE,
    checked,
)


@pytest.fixture(autouse=True)
def known_speed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(model.training.time_estimate._speeds, "cpu", 1.0)


@pytest.fixture
def app() -> AppTest:
    app = AppTest.from_string(PAGE, default_timeout=60)
    return checked(app.run())

"""The painter's data comes from a browser, so it may have any form."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from tests.conftest import json_values
from ui.components.evidence_painter import FIELDS, guess_of
from ui.components.pictures import _edge


def sent(monkeypatch: pytest.MonkeyPatch, guess: Any) -> Any:
    monkeypatch.setattr("ui.components.evidence_painter.st.session_state", {"painter": {"guess": guess}})
    return guess_of("painter")


def test_a_painting_arrives_as_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    fields = ["0"] * FIELDS**2
    fields[1] = fields[FIELDS] = "1"
    found = sent(monkeypatch, {"task": "a", "fields": "".join(fields)})
    assert found is not None
    task, painted = found
    assert task == "a"
    assert painted.shape == (28, 28)
    assert painted.sum() == 8
    assert painted[0:2, 2:4].all()
    assert painted[2:4, 0:2].all()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(json_values())
def test_other_values_are_ignored(monkeypatch: pytest.MonkeyPatch, value: Any) -> None:
    blank = "0" * FIELDS**2
    for guess in (value, {"task": value, "fields": "1" + blank[1:]}, {"task": "a", "fields": value}):
        found = sent(monkeypatch, guess)
        assert found is None or isinstance(found[0], str)
    for fields in (blank, blank + "1", "1" * 5, "2" + blank[1:]):
        assert sent(monkeypatch, {"task": "a", "fields": fields}) is None


def test_before_anything_is_sent_there_is_no_painting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.components.evidence_painter.st.session_state", {})
    assert guess_of("painter") is None


def test_the_edge_of_a_region_goes_once_around_it() -> None:
    region = np.zeros((4, 4), bool)
    assert _edge(region) == ""
    region[1, 1] = True
    assert sorted(_edge(region)[1:].split("M")) == ["1 1h1", "1 1v1", "1 2h1", "2 1v1"]
    assert _edge(np.ones((4, 4), bool)).count("M") == 16

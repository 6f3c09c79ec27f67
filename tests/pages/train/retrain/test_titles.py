"""Titles of runs are texts of students: every place shows them letter by letter."""

from __future__ import annotations

import json
import re

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from model.data.datasets import DataSet
from model.runs.folder import RUN, write_json
from model.runs.store import RunStore
from tests.pages.conftest import four
from tests.pages.train.retrain.helpers import (
    Open,
    finished,
)
from ui.shared.formatting import plain_markdown

HOSTILE = [
    ":material/home: :red[danger] :smile:",
    "$x^2$ *bold* _line_ ~gone~ `code`",
    "[link](https://example.org) ![x](/x.png) <b>tag</b> <script>alert(1)</script>",
    "# heading | table | 32-64-64\\n1. list",
]


@pytest.mark.parametrize("title", HOSTILE)
def test_a_single_run_has_its_title_escaped_in_the_heading(
    open_page: Open, store: RunStore, digits: DataSet, title: str
) -> None:
    finished(store, digits, title=title)
    app = open_page()
    assert app.subheader[0].value == plain_markdown(title)
    assert_title_is_never_markdown(app, title)


def test_the_chooser_shows_titles_as_they_are(open_page: Open, store: RunStore, digits: DataSet) -> None:
    """The options of a selectbox are plain text: an escaped title has backslashes there."""
    for title in HOSTILE:
        finished(store, digits, title=title)
    app = open_page()
    shown = app.selectbox(key="chosen_run").options
    assert [option.rsplit(" · ", 1)[0] for option in shown] == HOSTILE[::-1]
    assert not any("\\\\-" in option for option in shown)
    for title in HOSTILE:
        assert_title_is_never_markdown(app, title)


def assert_title_is_never_markdown(app: AppTest, title: str) -> None:
    """No element that shows Markdown contains the title as it is."""
    elements = (*app.markdown, *app.caption, *app.subheader, *app.info, *app.warning, *app.error, *app.toast)
    assert not [element.value for element in elements if title in str(element.value)]


def test_a_used_network_has_a_plain_name(open_page: Open, store: RunStore, digits: DataSet) -> None:
    finished(store, digits, title=HOSTILE[0])
    app = open_page(four())
    app.button(key="run_use").click().run()
    assert not app.exception
    assert_title_is_never_markdown(app, HOSTILE[0])


def test_the_start_of_a_run_is_in_the_time_zone_of_the_browser(
    open_page: Open, store: RunStore, digits: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    noon = 1_750_000_000 // 86_400 * 86_400 + 43_200.0  # 12:00 UTC on 15 June 2025
    for _ in range(2):
        run = finished(store, digits)
        settings = json.loads((run.folder / RUN).read_text())
        write_json(run.folder / RUN, {**settings, "created": noon})
    monkeypatch.setattr(type(st.context), "timezone", "Asia/Tokyo")  # 21:00, 9 hours later
    new = RunStore(store.folder, store.launcher)
    monkeypatch.setattr("ui.train.run_store.run_store", lambda: new)
    for option in open_page().selectbox(key="chosen_run").options:
        assert "Jun" in option
        assert re.search(r"\b(21|0?9):00", option)

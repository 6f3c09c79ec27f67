"""Every page in Chinese: all texts of the catalogue must appear completely on the page, without English texts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from google.protobuf.message import Message
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest

from model.runs.store import RUNS_VARIABLE
from tests.pages.conftest import four
from ui.shared.menu import SECTIONS

PAGES = [entry.script for entries in SECTIONS.values() for entry in entries]
ENGLISH = re.compile(r"\b[A-Za-z][a-z]+,? [a-z]{2,}\b")
"""Two English words in a row. Names of the field such as ReLU or Grad-CAM, and of people, stand alone."""

SEEN = {
    "body",
    "label",
    "help",
    "placeholder",
    "options",
    "alt",
    "caption",
    "text",
    "title",
    "message",
    "note",
    "delta",
}
"""The fields of Streamlit's messages and of our own components that a user reads or hears."""


def visible_texts(app: AppTest) -> Iterator[str]:
    """All texts on the page that a user reads or hears."""
    for block in (app.main, app.sidebar):
        for element in _elements(block):
            proto = getattr(element, "proto", None)
            if isinstance(proto, Message):
                yield from _texts(proto)


def _elements(block: Any) -> Iterator[Any]:
    for child in block.children.values():
        yield child
        if hasattr(child, "children"):
            yield from _elements(child)


def _texts(message: Message) -> Iterator[str]:
    for field, value in message.ListFields():
        for each in value if field.is_repeated else (value,):
            if isinstance(each, Message):
                yield from _texts(each)
            elif isinstance(each, str) and field.name in SEEN:
                yield each
            elif isinstance(each, str) and each.startswith("{"):
                with suppress(ValueError):
                    yield from _json_texts(json.loads(each))


def _json_texts(value: Any, name: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _json_texts(each, key)
    elif isinstance(value, list):
        for each in value:
            yield from _json_texts(each, name)
    elif isinstance(value, str) and name in SEEN:
        yield value


def _words(text: str) -> str:
    """The text without formulas, code, icons and marks of HTML."""
    marks = r"\$\$.*?\$\$|\$[^$]*\$|```.*?```|`[^`]*`|:material/\w+:|<[^>]*>|\w+ et al\."
    return re.sub(marks, " ", text, flags=re.DOTALL)


@pytest.mark.usefixtures("offline_data")
@pytest.mark.parametrize("script", PAGES, ids=lambda script: script.rpartition("/")[2])
def test_a_page_in_chinese_is_chinese(
    script: str, open_app: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setenv(RUNS_VARIABLE, str(tmp_path))
    monkeypatch.setattr(ContextProxy, "cookies", {})
    app = open_app(four())
    app.session_state["language"] = "zh"
    app.switch_page(script).run()
    assert not app.exception
    assert not app.error
    texts = list(visible_texts(app))
    assert sum(bool(re.search(r"[\u4e00-\u9fff]", text)) for text in texts) >= 4
    assert not [text for text in texts if ENGLISH.search(_words(text))]
    assert not [text for text in texts if re.search(r"\{\w+(:[^}]*)?\}", _words(text))], "a value is missing"


def test_the_address_and_the_browser_choose_the_language(open_app: Callable[..., AppTest]) -> None:
    app = open_app()
    assert app.title[0].value == "Draw a digit"
    app.query_params["lang"] = "zh"
    app.run()
    assert app.title[0].value == "画一个数字"
    (chooser,) = [each for each in app.sidebar.button_group if each.key == "language"]
    assert chooser.value == "zh"
    chooser.set_value("en").run()
    assert app.title[0].value == "Draw a digit"
    assert app.query_params["lang"] == "en", "a reload keeps the choice"


@pytest.mark.parametrize("asked", ["", "fr", "zz-ZZ", "<script>", "zh" * 500])
def test_an_unknown_language_is_none(open_app: Callable[..., AppTest], asked: str) -> None:
    app = open_app()
    app.query_params["lang"] = asked
    app.run()
    assert not app.exception
    assert app.title[0].value == "Draw a digit"

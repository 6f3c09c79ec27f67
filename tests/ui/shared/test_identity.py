"""The same browser is the same student, and a made-up cookie does not make one another student."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest

from ui.components.browser_identity import COOKIE

TOKEN = "0123456789abcdef" * 2


def page() -> None:
    import streamlit as st

    from ui.shared.identity import student

    st.text(student())


def visit(cookies: dict[str, str] | None = None, known: object = None) -> AppTest:
    """A new session of a browser with these cookies; known: the token that the browser has stored, from the
    component."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ContextProxy, "cookies", property(lambda _: cookies or {}))
        patch.setattr("ui.shared.identity.keep_token", lambda token: known)
        app = AppTest.from_function(page).run()
    assert not app.exception
    return app


def owner(app: AppTest) -> str:
    return str(app.text[0].value)


def test_two_browsers_are_two_students_and_each_stays_the_same() -> None:
    one, other = visit(), visit()
    assert owner(one) != owner(other)
    before = owner(one)
    assert owner(one.run()) == before
    assert not one.exception


def test_the_same_cookie_is_the_same_student_in_every_session() -> None:
    assert owner(visit({COOKIE: TOKEN})) == owner(visit({COOKIE: TOKEN})) != owner(visit({COOKIE: TOKEN[::-1]}))


def test_the_cookie_itself_is_never_shown_to_others() -> None:
    assert owner(visit({COOKIE: TOKEN})) not in TOKEN
    assert len(owner(visit({COOKIE: TOKEN}))) == 16


@pytest.mark.parametrize(
    "cookie",
    ["", "me", TOKEN.upper(), TOKEN + "\n", TOKEN[:-1], TOKEN + "0", "../" * 10 + "ab", "<b>" * 10 + "ab", "é" * 32],
)
def test_a_cookie_of_another_form_is_ignored(cookie: str) -> None:
    one, other = visit({COOKIE: cookie}), visit({COOKIE: cookie})
    assert owner(one) != owner(other), "as if there were none"


def test_the_token_of_the_browser_is_used_from_then_on() -> None:
    app = visit(known=TOKEN)
    assert owner(app) == owner(visit({COOKIE: TOKEN}))
    assert owner(app.run()) == owner(visit({COOKIE: TOKEN})), "though it is said but once"


@pytest.mark.parametrize("known", ["", "me", TOKEN.upper(), TOKEN + "\n"])
def test_a_browser_token_of_another_form_is_ignored(known: str) -> None:
    assert owner(visit({COOKIE: TOKEN}, known)) == owner(visit({COOKIE: TOKEN}))


def test_the_answer_of_the_component_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    from ui.components import browser_identity as component

    asked: list[dict[str, Any]] = []
    monkeypatch.setattr(component, "_component", lambda **options: asked.append(options["data"]))
    state: dict[str, Any] = {}
    monkeypatch.setattr(component.st, "session_state", state)
    assert component.keep_token(TOKEN) is None
    assert asked == [{"cookie": COOKIE, "token": TOKEN}]
    for sent, answer in (({"known": "0" * 32}, "0" * 32), ({"known": TOKEN}, None), ({"known": 7}, None), ({}, None)):
        state["student"] = sent
        assert component.keep_token(TOKEN) == answer

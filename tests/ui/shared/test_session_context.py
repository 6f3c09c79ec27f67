"""A thread knows whether it works for one session."""

from __future__ import annotations

from threading import Thread

from streamlit.testing.v1 import AppTest

from ui.shared.session_context import in_session


def _page() -> None:
    from threading import Thread

    import streamlit as st

    from ui.shared.session_context import in_session

    answers = [in_session()]
    other = Thread(target=lambda: answers.append(in_session()))
    other.start()
    other.join()
    st.text(answers)


def test_a_script_runs_in_a_session_and_a_thread_of_its_own_does_not() -> None:
    assert AppTest.from_function(_page).run().text[0].value == "[True, False]"


def test_outside_of_the_app_there_is_no_session() -> None:
    answers = [in_session()]
    thread = Thread(target=lambda: answers.append(in_session()))
    thread.start()
    thread.join()
    assert answers == [False, False]

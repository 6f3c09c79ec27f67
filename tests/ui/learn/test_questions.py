"""The end of a lesson: replies are checked by what the page computes, and the progress is kept."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest


def page() -> None:
    import streamlit as st

    from ui.learn.lessons_overview import lessons_overview
    from ui.learn.question import Question
    from ui.learn.questions import questions
    from ui.learn.replies import progress

    side = st.number_input("Side", value=4, key="side")

    def ask() -> list[Question]:
        return [
            Question("size", "How many numbers?", float(side**2), f"It is {side} times {side}."),
            Question("more", "More or fewer?", "fewer", "A window leaves one.", ("more", "fewer")),
            Question("third", "A third of the side?", side / 3, "Divide.", tolerance=0.01),
        ]

    lessons_overview("pages/learn/neurons.py")
    questions("pages/learn/pooling.py", ask)
    st.session_state["done"] = progress("pages/learn/pooling.py")


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> AppTest:
    for module in ("questions", "lessons_overview"):  # links need an app with pages
        monkeypatch.setattr(f"ui.learn.{module}.link_to", lambda script, **_: None)
    app = AppTest.from_function(page, default_timeout=60).run()
    assert not app.exception
    return app


def reply(app: AppTest, key: str, text: str) -> None:
    app.text_input(key=f"reply_pooling_{key}").set_value(text).run()
    app.button(key=f"check_pooling_{key}").click().run()
    assert not app.exception


def shown(app: AppTest) -> str:
    return "\n".join(part.value for part in [*app.success, *app.warning, *app.error, *app.markdown, *app.caption])


def test_no_answer_is_shown_before_a_reply(app: AppTest) -> None:
    assert "4 times 4" not in shown(app)
    assert "16" not in shown(app)
    assert app.button(key="check_pooling_size").disabled
    assert "0 of 3 questions answered" in shown(app)


def test_a_right_number_is_right_and_explained(app: AppTest) -> None:
    reply(app, "size", "16")
    assert app.success[0].value == "Right: 16."
    assert "It is 4 times 4." in shown(app)
    reply(app, "third", "1.33")
    assert len(app.success) == 2
    assert app.session_state["done"] == 2 or "2 of 3" in shown(app)


def test_a_wrong_reply_shows_the_answer_and_counts_as_answered(app: AppTest) -> None:
    reply(app, "size", "8")
    assert app.warning[0].value == "Not quite: your answer is 8, but the right answer is 16."
    assert not app.success
    assert "1 of 3 questions answered" in shown(app)


def test_a_choice_is_checked(app: AppTest) -> None:
    app.radio(key="reply_pooling_more").set_value("more").run()
    app.button(key="check_pooling_more").click().run()
    assert "your answer is more, but the right answer is fewer" in app.warning[0].value
    app.radio(key="reply_pooling_more").set_value("fewer").run()
    app.button(key="check_pooling_more").click().run()
    assert app.success[0].value == "Right: fewer."


@pytest.mark.parametrize("text", ["many", "1e999"])
def test_a_text_that_is_no_number_counts_as_no_reply(app: AppTest, text: str) -> None:
    reply(app, "size", text)
    assert len(app.error) == 1
    assert not app.success
    assert not app.warning
    assert "0 of 3 questions answered" in shown(app)


def test_other_settings_make_another_question_but_progress_stays(app: AppTest) -> None:
    reply(app, "size", "16")
    app.number_input(key="side").set_value(5).run()
    assert not app.success, "16 was the answer to another question"
    assert "1 of 3 questions answered" in shown(app)
    app.button(key="check_pooling_size").click().run()
    assert app.warning[0].value == "Not quite: your answer is 16, but the right answer is 25."

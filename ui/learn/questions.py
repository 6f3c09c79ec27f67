"""The end of a lesson: the student answers three questions first, then the page shows the true answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from model.language import _
from ui.learn.controls import set_value, value_of
from ui.learn.question import Question
from ui.learn.replies import PER_LESSON, keep_reply, progress, reply_to
from ui.shared.formatting import short_number
from ui.shared.menu import LESSONS, link_to
from ui.shared.number_input import NumberError


@st.fragment
def questions(script: str, ask: Callable[[], Sequence[Question]]) -> None:
    """The three questions of a lesson, each checked on its own, and a link to the next lesson.

    script: the lesson's entry in LESSONS. ask: makes the questions from the page's present settings. It is called at
    every rerun of this part, so the answers always fit the settings that the student sees.
    """
    st.subheader(_("Predict first"), anchor=False)
    st.markdown(_("Answer before you try it out. The page computes the true answer from the settings above."))
    with st.container(key="questions"):
        for question in ask():
            with st.container(border=True, key=f"question_{question.key}"):
                _show(script, question)
    _next_lesson(script)


def _show(script: str, question: Question) -> None:
    st.markdown(question.text)
    name = f"{script.rpartition('/')[2].removesuffix('.py')}_{question.key}"
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        given = _field(question, f"reply_{name}")
        if st.button(_("Check"), key=f"check_{name}", disabled=not given) and given:
            try:
                keep_reply(script, question, question.parse(given))
            except NumberError as error:
                st.error(str(error))
                return
            if script == LESSONS[0].script:
                st.rerun()  # the overview at the top of this page shows the progress too
    _show_answer(script, question)


def _field(question: Question, key: str) -> str | None:
    """The widget for the reply; returns what is in it."""
    if question.choices:
        if value_of(key) not in question.choices:  # it may be a choice of other settings, or in another language
            set_value(key, None)
        return st.radio(
            _("Your answer"), question.choices, index=None, key=key, persist_state="session", horizontal=True
        )
    return st.text_input(_("Your answer"), key=key, persist_state="session", max_chars=20, width=160)


def _show_answer(script: str, question: Question) -> None:
    reply = reply_to(script, question)
    if reply is None:
        return
    answer = _written(question.answer)
    if reply.right:
        st.success(_("Right: {answer}.", answer=answer), icon=":material/check_circle:")
    else:
        text = _(
            "Not quite: your answer is {reply}, but the right answer is {answer}.",
            reply=_written(reply.given),
            answer=answer,
        )
        st.warning(text, icon=":material/lightbulb:")
    st.markdown(question.explanation)


def _next_lesson(script: str) -> None:
    """The number of questions answered, and a link to the next lesson."""
    scripts = [entry.script for entry in LESSONS]
    following = scripts[scripts.index(script) + 1 :]
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.caption(_("{done} of {all} questions answered", done=progress(script), all=PER_LESSON), width="content")
        if following:
            st.markdown(_("Next:"), width="content")
            link_to(following[0])


def _written(value: str | float) -> str:
    return value if isinstance(value, str) else short_number(value)

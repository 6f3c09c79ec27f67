"""Questions at the end of a lesson: predict first, then the page works out the true answer from its own controls."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import streamlit as st

from model.language import _
from ui.shared.formatting import written
from ui.shared.menu import LESSONS, link_to
from ui.shared.number_input import NumberError, parse_number

PER_LESSON = 3
_LARGEST = 1e9
_BETWEEN_THOUSANDS = re.compile(r"(?<=\d)[,'\s](?=\d{3}(?!\d))")
_REPLIES = "lesson_replies"
"""Keeps, as long as the tab is open, what was replied to each question of each lesson."""


@dataclass(frozen=True)
class Question:
    """One question. All texts are already in the reader's language.

    key: its name within the lesson. text: Markdown; it may name the present settings, not the answer. answer: worked
    out by the page from its present settings, by the code that draws the page; one of `choices` where there are any,
    else a number. explanation: Markdown, shown after the reply; says why, with the figures. tolerance: how far a typed
    number may lie off.
    """

    key: str
    text: str
    answer: str | float
    explanation: str
    choices: tuple[str, ...] = ()
    tolerance: float = 1e-6

    def __post_init__(self) -> None:
        if self.choices and self.answer not in self.choices:
            raise ValueError(f"{self.key}: the answer {self.answer!r} is none of the choices")

    def accepts(self, reply: str | float) -> bool:
        """Whether the reply is right."""
        if self.choices or isinstance(self.answer, str) or isinstance(reply, str):
            return reply == self.answer
        return abs(reply - self.answer) <= self.tolerance


@dataclass(frozen=True)
class _Reply:
    """given: what was chosen or typed. to: text and answer of the question then, which its controls may change."""

    given: str | float
    to: tuple[str, str | float]
    right: bool


def questions(script: str, ask: Callable[[], Sequence[Question]]) -> None:
    """The end of a lesson: its three questions, each checked on its own, and the way to the next lesson.

    script: the lesson's entry in LESSONS. ask: makes the questions from the page's present controls; it is called at
    every rerun of this part, so that the answer is that of the settings which the student sees.
    """
    _part(script, ask)


def progress(script: str) -> int:
    """How many questions of a lesson were answered, right or wrong, since the tab was opened."""
    return len(_replies().get(script, {}))


def lessons_overview(here: str) -> None:
    """All lessons as links, in their order, with how many of their questions were answered."""
    with st.container(key="lessons"):
        for number, entry in enumerate(LESSONS, start=1):
            done = progress(entry.script)
            with st.container(border=True, key=f"lesson_{number}", gap="xxsmall"):
                title = f"{number}. {_(entry.title)}"
                link_to(entry.script, label=f"**{title}**" if entry.script == here else title)
                marks = "".join(f":material/{'check_circle' if at < done else 'circle'}:" for at in range(PER_LESSON))
                answered = _("{done} of {all} answered", done=min(done, PER_LESSON), all=PER_LESSON)
                st.caption(f"{marks} {answered}")


@st.fragment
def _part(script: str, ask: Callable[[], Sequence[Question]]) -> None:
    st.subheader(_("Predict first"), anchor=False)
    st.markdown(_("Answer before you try it out. The page works out the true answer from the settings above."))
    with st.container(key="questions"):
        for question in ask():
            with st.container(border=True, key=f"question_{question.key}"):
                _show(script, question)
    _ways_on(script)


def _show(script: str, question: Question) -> None:
    st.markdown(question.text)
    reply = _replies().get(script, {}).get(question.key)
    if reply is not None and reply.to != (question.text, question.answer):
        reply = None  # the controls have changed since: it is another question
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        given = _field(script, question)
        if st.button(_("Check"), key=f"check_{_name(script, question)}", disabled=given in (None, "")) and given:
            reply = _check(script, question, given)
            if reply and script == LESSONS[0].script:
                st.rerun()  # the overview at the head of this page counts it too
    if reply is None:
        return
    if reply.right:
        st.success(_("Right: {answer}.", answer=_written(question.answer)), icon=":material/check_circle:")
    else:
        told = _("Not quite: you said {reply}, it is {answer}.")
        st.warning(
            told.format(reply=_written(reply.given), answer=_written(question.answer)), icon=":material/lightbulb:"
        )
    st.markdown(question.explanation)


def _field(script: str, question: Question) -> Any:
    """The widget to answer with; returns what is in it."""
    key = f"reply_{_name(script, question)}"
    if question.choices:
        if st.session_state.get(key) not in [*question.choices, None]:  # the choices of other settings, or language
            st.session_state[key] = None
        return st.radio(
            _("Your answer"), question.choices, index=None, key=key, persist_state="session", horizontal=True
        )
    return st.text_input(_("Your answer"), key=key, persist_state="session", max_chars=20, width=160)


def _check(script: str, question: Question, given: Any) -> _Reply | None:
    try:
        value = given if question.choices else _number(question, str(given))
    except NumberError as error:
        st.error(str(error))
        return None
    reply = _Reply(value, (question.text, question.answer), question.accepts(value))
    cast("dict[str, dict[str, _Reply]]", _replies()).setdefault(script, {})[question.key] = reply
    return reply


def _number(question: Question, text: str) -> float:
    """The number replied. Where a large one is asked for, a comma stands between thousands, as the pages write it."""
    if isinstance(question.answer, float | int) and abs(question.answer) >= 1_000:
        text = _BETWEEN_THOUSANDS.sub("", text)
    return parse_number(text, _LARGEST)


def _ways_on(script: str) -> None:
    """How many are answered, and the next lesson."""
    scripts = [entry.script for entry in LESSONS]
    following = scripts[scripts.index(script) + 1 :]
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        done = progress(script)
        st.caption(_("{done} of {all} questions answered", done=done, all=PER_LESSON), width="content")
        if following:
            st.markdown(_("Next:"), width="content")
            link_to(following[0])


def _replies() -> Mapping[str, dict[str, _Reply]]:
    return cast("Mapping[str, dict[str, _Reply]]", st.session_state.setdefault(_REPLIES, {}))


def _name(script: str, question: Question) -> str:
    return f"{script.rpartition('/')[2].removesuffix('.py')}_{question.key}"


def _written(value: str | float) -> str:
    return value if isinstance(value, str) else written(value)

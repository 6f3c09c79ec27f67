"""The replies that a student has given to the questions of the lessons, kept while the tab is open."""

from __future__ import annotations

from dataclasses import dataclass, field

from ui.learn.question import Question
from ui.shared.state import state_of

PER_LESSON = 3
"""Questions in each lesson."""


@dataclass(frozen=True)
class Reply:
    """given: what was chosen or typed. question: the text and the answer at that time; the settings change both."""

    given: str | float
    question: tuple[str, str | float]
    right: bool


@dataclass
class Replies:
    """by_lesson: for each lesson's script, the last reply to each question by its key."""

    by_lesson: dict[str, dict[str, Reply]] = field(default_factory=dict)


def keep_reply(script: str, question: Question, given: str | float) -> None:
    """Keep a reply and whether it is right."""
    replies = state_of(Replies).by_lesson.setdefault(script, {})
    replies[question.key] = Reply(given, (question.text, question.answer), question.accepts(given))


def reply_to(script: str, question: Question) -> Reply | None:
    """The last reply to exactly this question; None if other settings have changed the question since."""
    reply = state_of(Replies).by_lesson.get(script, {}).get(question.key)
    return reply if reply is not None and reply.question == (question.text, question.answer) else None


def progress(script: str) -> int:
    """How many questions of a lesson were answered, right or wrong, since the tab was opened."""
    return len(state_of(Replies).by_lesson.get(script, {}))

"""One question of a lesson, and when a reply to it is right."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ui.shared.number_input import parse_number

_LARGEST = 1e9
_BETWEEN_THOUSANDS = re.compile(r"(?<=\d)[,'\s](?=\d{3}(?!\d))")


@dataclass(frozen=True)
class Question:
    """One question. All texts are already in the reader's language.

    key: its name within the lesson. text: Markdown; it may contain the present settings, but not the answer. answer:
    computed from the present settings of the page; one of `choices` if there are any, else a number. explanation:
    Markdown, shown after the reply; it gives the reason, with the numbers. tolerance: how far a typed number may be
    from the answer. Raises ValueError if the answer is not among the choices.
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

    def parse(self, typed: str) -> str | float:
        """The reply that was typed or chosen. Raises NumberError if a number is asked for and this is none.

        If the answer is 1,000 or more, a comma between thousands is allowed, because the pages write it too; in smaller
        numbers a comma is a decimal comma.
        """
        if self.choices:
            return typed
        if isinstance(self.answer, float | int) and abs(self.answer) >= 1_000:
            typed = _BETWEEN_THOUSANDS.sub("", typed)
        return parse_number(typed, _LARGEST)

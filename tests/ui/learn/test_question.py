"""When a reply to a question is right, and how typed numbers are read."""

from __future__ import annotations

import pytest

from ui.learn.question import Question


def test_an_answer_must_be_among_its_choices() -> None:
    with pytest.raises(ValueError, match="none of the choices"):
        Question("x", "?", "blue", "", ("red", "green"))


@pytest.mark.parametrize("typed", ["18496", "18,496", "18 496", "1.8496e4"])
def test_a_large_number_is_read_as_the_pages_write_it(typed: str) -> None:
    question = Question("many", "How many parameters?", 18_496.0, "Multiply.")
    assert question.accepts(question.parse(typed))


def test_a_comma_in_a_small_answer_is_a_decimal_one() -> None:
    question = Question("few", "How much?", 0.125, "Divide.")
    assert question.accepts(question.parse("0,125"))
    assert not question.accepts(question.parse("0,126"))

"""The log of the app and of train.py."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from model.logs import LOG_VARIABLE, set_up_logging

LOGGER = logging.getLogger("digit_lab")


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    handlers, level = LOGGER.handlers[:], LOGGER.level
    yield
    LOGGER.handlers[:] = handlers
    LOGGER.setLevel(level)


@pytest.mark.parametrize(
    ("variable", "argument", "level"),
    [(None, None, "INFO"), ("debug", None, "DEBUG"), ("debug", "warning", "WARNING"), ("loud", None, "INFO")],
)
def test_the_level_is_that_of_the_argument_then_of_the_variable(
    variable: str | None, argument: str | None, level: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(LOG_VARIABLE, raising=False)
    if variable:
        monkeypatch.setenv(LOG_VARIABLE, variable)
    set_up_logging(argument)
    assert logging.getLevelName(LOGGER.level) == level


def test_a_second_call_does_not_write_each_record_twice() -> None:
    LOGGER.handlers.clear()
    set_up_logging()
    set_up_logging()
    assert len(LOGGER.handlers) == 1

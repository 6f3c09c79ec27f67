"""Fields in which a student types numbers: single ones, and grids."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from model.language import _
from ui.shared.formatting import plain_markdown, short_number
from ui.shared.state import state_of

LARGEST = 1_000.0
"""Larger numbers teach nothing more and do not fit into a picture."""

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?", re.ASCII)
_TYPED_ALIKE = str.maketrans(
    {"\N{MINUS SIGN}": "-", "\N{FULLWIDTH COMMA}": ".", ",": ".", "\N{FULLWIDTH SOLIDUS}": "/"}
)
_CELL = 74  # pixels: room for -0.111


@dataclass
class NumberState:
    """The last good number of every field, by the key of the field.

    One object for all fields: Streamlit looks through all entries of a session for each text field.
    """

    last_good: dict[str, float] = field(default_factory=dict)


class NumberError(ValueError):
    """The typed text is not a usable number. The message is one sentence for the student."""


def parse_number(text: str, largest: float = LARGEST) -> float:
    """The number that a person typed: 3, -0.5, 0,5, 2e-3 or a fraction such as 1/9.

    Raises NumberError for anything else, and beyond ±`largest`.
    """
    shown = " ".join(text.split())[:20]
    if not shown:
        raise NumberError(_("A number is missing; type a number such as -1, 0.5 or 1/9."))
    above, slash, below = shown.translate(_TYPED_ALIKE).lower().partition("/")
    parts = [part.strip() for part in ((above, below) if slash else (above,))]
    if not all(_NUMBER.fullmatch(part) for part in parts):
        raise NumberError(
            _("“{text}” is not a number; type a number such as -1, 0.5 or 1/9.", text=plain_markdown(shown))
        )
    numbers = [float(part) for part in parts]
    if len(numbers) == 2 and numbers[1] == 0:
        raise NumberError(_("“{text}” divides by zero; type another number.", text=plain_markdown(shown)))
    value = numbers[0] / numbers[1] if len(numbers) == 2 else numbers[0]
    if not math.isfinite(value) or abs(value) > largest:
        raise NumberError(
            _(
                "“{text}” is too large; type a number between -{most:,.0f} and {most:,.0f}.",
                text=plain_markdown(shown),
                most=largest,
            )
        )
    return value


def number_field(
    label: str, value: float, *, key: str, largest: float = LARGEST, width: int = 110, hidden: bool = False
) -> float:
    """A field for one number; returns the number in it.

    A text that is not a number is explained below the field, and the last good number is returned. label: above the
    field, or with `hidden` only for screen readers. largest: the limit in both directions. width: pixels.
    """
    st.session_state.setdefault(key, _typed(value))
    typed = st.text_input(
        label,
        key=key,
        persist_state="session",
        max_chars=20,
        width=width,
        label_visibility="collapsed" if hidden else "visible",
    )
    value, problem = _good(key, typed, value, largest)
    if problem:
        st.error(problem)
    return value


def number_grid(label: str, values: NDArray[np.float64], *, key: str, largest: float = LARGEST) -> NDArray[np.float64]:
    """A grid of fields; returns their numbers, float64 (rows, columns).

    values: the numbers at first, float64 (rows, columns); `set_grid` changes them later. A text that is not a number is
    explained in one sentence below the grid, and the last good number of that cell is returned. label: the name of the
    grid, for screen readers.
    """
    rows, columns = values.shape
    result = np.empty((rows, columns))
    problems = []
    with st.container(key=f"{key}_grid", width="content", gap="xxsmall"):
        for row in range(rows):
            with st.container(horizontal=True, gap="xxsmall", width="content"):
                for column in range(columns):
                    cell = _cell(key, row, column)
                    st.session_state.setdefault(cell, _typed(values[row, column]))
                    place = _("{label}, row {row}, column {column}", label=label, row=row + 1, column=column + 1)
                    typed = st.text_input(
                        place,
                        key=cell,
                        persist_state="session",
                        max_chars=20,
                        width=_CELL,
                        label_visibility="collapsed",
                    )
                    result[row, column], problem = _good(cell, typed, float(values[row, column]), largest)
                    if problem:
                        place = _(
                            "Row {row}, column {column}: {problem}", row=row + 1, column=column + 1, problem=problem
                        )
                        problems.append(place)
    if problems:
        st.error(problems[0])
    return result


def set_grid(key: str, values: NDArray[np.float64]) -> None:
    """Put these numbers into the grid. Call it in a callback or before the grid is shown."""
    last_good = state_of(NumberState).last_good
    for (row, column), value in np.ndenumerate(values):
        st.session_state[_cell(key, row, column)] = _typed(float(value))
        last_good[_cell(key, row, column)] = float(value)  # exactly 1/9, for example, which the cell shows rounded


def _typed(value: float) -> str:
    """The number as a student would type it, without commas between thousands: they would be read as decimal points."""
    return short_number(value).replace(",", "")


def _cell(key: str, row: int, column: int) -> str:
    return f"{key}_{row}_{column}"


def _good(key: str, typed: str | None, otherwise: float, largest: float) -> tuple[float, str]:
    """The number in a field and "", or the last good number and what is wrong with the text."""
    known = state_of(NumberState).last_good
    last = known.setdefault(key, otherwise)
    text = typed or ""
    if text == _typed(last):
        return last, ""
    try:
        known[key] = parse_number(text, largest)
    except NumberError as error:
        return last, str(error)
    return known[key], ""

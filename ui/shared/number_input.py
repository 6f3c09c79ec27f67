"""Numbers that a student types: single ones, and grids in which every cell can be changed."""

from __future__ import annotations

import math
import re
from typing import cast

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from model.language import _
from ui.shared.formatting import plain_markdown, written

LARGEST = 1_000.0
"""Larger numbers teach nothing more, and fit into no picture."""

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?", re.ASCII)
_TYPED_ALIKE = str.maketrans(
    {"\N{MINUS SIGN}": "-", "\N{FULLWIDTH COMMA}": ".", ",": ".", "\N{FULLWIDTH SOLIDUS}": "/"}
)
_CELL = 74  # pixels: room for -0.111


class NumberError(ValueError):
    """What was typed is no number that can be used. The message is one sentence for the student."""


def parse_number(text: str, largest: float = LARGEST) -> float:
    """The number that a person typed: 3, -0.5, 0,5, 2e-3 or a fraction such as 1/9.

    Raises NumberError for anything else, and beyond ±`largest`.
    """
    shown = " ".join(text.split())[:20]
    if not shown:
        raise NumberError(_("A number is missing; type one such as -1, 0.5 or 1/9."))
    above, slash, below = shown.translate(_TYPED_ALIKE).lower().partition("/")
    parts = [part.strip() for part in ((above, below) if slash else (above,))]
    if not all(_NUMBER.fullmatch(part) for part in parts):
        raise NumberError(_("“{text}” is no number; type one such as -1, 0.5 or 1/9.", text=plain_markdown(shown)))
    numbers = [float(part) for part in parts]
    if len(numbers) == 2 and numbers[1] == 0:
        raise NumberError(_("“{text}” divides by zero; type another number.", text=plain_markdown(shown)))
    value = numbers[0] / numbers[1] if len(numbers) == 2 else numbers[0]
    if not math.isfinite(value) or abs(value) > largest:
        raise NumberError(
            _(
                "“{text}” is too large; stay between -{most:,.0f} and {most:,.0f}.",
                text=plain_markdown(shown),
                most=largest,
            )
        )
    return value


def number_field(
    label: str, value: float, *, key: str, largest: float = LARGEST, width: int = 110, hidden: bool = False
) -> float:
    """A field for one number. What cannot be read is explained below it, and the last good number stands.

    label: for screen readers too; `hidden` shows none.
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
    """A grid of numbers of the shape of `values` (rows, columns), float64, every one of which can be typed over.

    `values` are those at first; `set_grid` changes them later. What cannot be read is explained in one sentence below,
    and the last good number of that cell stands. label: what the grid is, for screen readers.
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
    """Write these numbers into the grid; for callbacks, and before the grid is shown."""
    for (row, column), value in np.ndenumerate(values):
        st.session_state[_cell(key, row, column)] = _typed(float(value))
        _last_good()[_cell(key, row, column)] = float(value)  # 1/9 exactly, which the cell shows rounded


def _typed(value: float) -> str:
    """The number as one would type it: without the commas between thousands, which would be read as decimal points."""
    return written(value).replace(",", "")


def _cell(key: str, row: int, column: int) -> str:
    return f"{key}_{row}_{column}"


def _good(key: str, typed: str | None, otherwise: float, largest: float) -> tuple[float, str]:
    """The number in a field, and "" or what is wrong with it; then the number is the last good one."""
    known = _last_good()
    last = known.setdefault(key, otherwise)
    text = typed or ""
    if text == _typed(last):
        return last, ""
    try:
        known[key] = parse_number(text, largest)
    except NumberError as error:
        return last, str(error)
    return known[key], ""


def _last_good() -> dict[str, float]:
    """The last good number of every field. One entry of the session for all: each text field reads through them all."""
    return cast("dict[str, float]", st.session_state.setdefault("numbers_last_good", {}))

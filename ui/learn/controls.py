"""The lessons' controls. Each keeps its value while the tab is open, and replaces a value that it does not offer.

The values live in `st.session_state` under the widgets' keys; the lessons read and set them only here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeVar, cast

import streamlit as st

T = TypeVar("T")


def value_of(key: str) -> Any:
    """What is in a control, None before it was shown; for callbacks."""
    return st.session_state.get(key)


def set_value(key: str, value: Any) -> None:
    """Set a control; for callbacks, and before the control is shown."""
    st.session_state[key] = value


def choose(
    label: str,
    options: Sequence[T],
    *,
    key: str,
    default: T | None = None,
    format_func: Callable[[T], str] = str,
    help: str | None = None,
    on_change: Callable[[], None] | None = None,
) -> T:
    """One of the options, from a row of buttons; at first `default`, or the first option.

    format_func: an option as it is shown, in the reader's language.
    """
    _keep_offered(key, options, default)
    chosen = st.segmented_control(
        label,
        options,
        format_func=format_func,
        required=True,
        key=key,
        persist_state="session",
        help=help,
        on_change=on_change,
    )
    return cast("T", chosen)


def choose_in_list(
    label: str, options: Sequence[T], *, key: str, width: int, default: T | None = None, format_func: Any = str
) -> T:
    """One of the options, from a drop-down list; at first `default`, or the first option. width: pixels."""
    _keep_offered(key, options, default)
    return st.selectbox(label, options, format_func=format_func, key=key, persist_state="session", width=width)


def choose_on_slider(
    label: str, options: Sequence[float], *, key: str, width: int, format_func: Callable[[float], str], default: float
) -> float:
    """One of the options, from a slider with a step for each of them. width: pixels."""
    _keep_offered(key, options, default)
    return float(
        st.select_slider(label, options, key=key, persist_state="session", width=width, format_func=format_func)
    )


def slide_number(
    label: str,
    low: float,
    high: float,
    *,
    key: str,
    default: float,
    step: float,
    format: str | None = None,
    help: str | None = None,
) -> float:
    """A number from `low` to `high`, from a slider."""
    kept = st.session_state.get(key)
    known = isinstance(kept, int | float) and not isinstance(kept, bool) and low <= kept <= high
    st.session_state[key] = float(cast("float", kept) if known else default)  # see _keep_whole
    return float(st.slider(label, low, high, step=step, format=format, key=key, persist_state="session", help=help))


def slide_whole_number(label: str, low: int, high: int, *, key: str, default: int, width: int) -> int:
    """A whole number from `low` to `high`, from a slider. width: pixels."""
    _keep_whole(key, low, high, default, "default")
    return st.slider(label, low, high, key=key, persist_state="session", width=width)


def whole_number(
    label: str,
    high: int,
    *,
    low: int = 1,
    key: str,
    default: int,
    width: int,
    too_large: Literal["default", "nearest"] = "default",
    help: str | None = None,
) -> int:
    """A whole number from `low` to `high` that can be typed; an empty field counts as `default`.

    too_large: what replaces a number outside of the bounds, which another network or data set may have left there.
    width: pixels.
    """
    _keep_whole(key, low, high, default, too_large)
    number = st.number_input(
        label,
        low,
        high,
        step=1,
        key=key,
        persist_state="session",
        width=width,
        placeholder=f"{default:,}",
        help=help,
    )
    return int(default if number is None else number)


def pressed_picture(key: str, count: int) -> int | None:
    """In the callback of `pictures`: which of `count` pictures was pressed, from 0; None if the browser sent junk."""
    index = getattr(st.session_state.get(key), "picked", None)
    return index if type(index) is int and 0 <= index < count else None


def _keep_offered(key: str, options: Sequence[T], default: T | None) -> None:
    if st.session_state.get(key) not in list(options):
        st.session_state[key] = options[0] if default is None else default


def _keep_whole(key: str, low: int, high: int, default: int, otherwise: Literal["default", "nearest"]) -> None:
    """Set the value at every run: Streamlit forgets it where the bounds of the same control have changed."""
    kept = st.session_state.get(key)
    if type(kept) is not int:
        kept = default
    elif not low <= kept <= high:
        kept = min(max(kept, low), high) if otherwise == "nearest" else default
    st.session_state[key] = kept

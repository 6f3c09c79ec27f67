"""A choice among a few, which stays as long as the tab is open and takes nothing else from a browser."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar, cast

import streamlit as st

T = TypeVar("T")


def choose(
    label: str,
    options: Sequence[T],
    *,
    key: str,
    default: T | None = None,
    written: Callable[[T], str] = str,
    help: str | None = None,
    on_change: Callable[[], None] | None = None,
) -> T:
    """One of the options, chosen with a segmented control; at first `default`, or the first of them.

    written: an option as it is shown, in the reader's language.
    """
    if st.session_state.get(key) not in list(options):
        st.session_state[key] = options[0] if default is None else default
    chosen = st.segmented_control(
        label,
        options,
        format_func=written,
        required=True,
        key=key,
        persist_state="session",
        help=help,
        on_change=on_change,
    )
    return cast("T", chosen)

"""Typed state of a session: one dataclass for each section or page, in place of string keys.

    @dataclass
    class DrawState:
        uploaded: Digit | None = None

    state = state_of(DrawState)
    state.uploaded = digit

Values of widgets stay under the widgets' own keys, because Streamlit keeps them there.
"""

from __future__ import annotations

from typing import TypeVar, cast

import streamlit as st

T = TypeVar("T")


def state_of(kind: type[T]) -> T:
    """The one object of this class in the current session, made with its defaults at the first call."""
    key = state_key(kind)
    if key not in st.session_state:
        st.session_state[key] = kind()
    return cast("T", st.session_state[key])


def state_key(kind: type[object]) -> str:
    """Where `st.session_state` keeps the object of this class; for tests that set it before the first run."""
    return f"state:{kind.__module__}.{kind.__qualname__}"

"""Tells one browser from another: a random number in a cookie, so that a run stays its student's after a reload."""

from __future__ import annotations

from typing import Any

import streamlit as st

from ui.components import register

COOKIE = "digit_lab_student"
_component = register(__file__)


def remember(token: str) -> str | None:
    """Have the browser remember `token`, unless it remembers another already: then that one, else None."""
    _component(data={"cookie": COOKIE, "token": token}, key="student", height=0, on_known_change=lambda: None)
    sent: Any = st.session_state.get("student")
    known = sent.get("known") if sent is not None else None
    return known if isinstance(known, str) and known != token else None

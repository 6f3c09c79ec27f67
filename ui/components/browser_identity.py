"""A random number in a cookie of the browser, so that runs still belong to the same student after a reload."""

from __future__ import annotations

from typing import Any

import streamlit as st

from ui.components import register

COOKIE = "digit_lab_student"
"""The name of the cookie."""

_KEY = "student"
_component = register("browser_identity")


def keep_token(token: str) -> str | None:
    """Have the browser keep `token` in the cookie, if it does not keep another one already.

    token: 32 hexadecimal digits. Returns the other one, which comes from a browser and must be checked, else None.
    """
    _component(data={"cookie": COOKIE, "token": token}, key=_KEY, height=0, on_known_change=lambda: None)
    sent: Any = st.session_state.get(_KEY)
    known = sent.get("known") if sent is not None else None
    return known if isinstance(known, str) and known != token else None

"""Who somebody is, as far as runs need it: the same browser is the same student. No names, no log-in."""

from __future__ import annotations

import hashlib
import re
import secrets
from typing import cast

import streamlit as st

from ui.components.browser_identity import COOKIE, remember

_KEY = "student_token"
_TOKEN = re.compile(r"[0-9a-f]{32}")


def student() -> str:
    """The owner to put on this browser's runs; call it once in each run of a page that shows runs.

    The cookie itself is the student's secret, so what is written into the runs' folder is a digest of it.
    """
    state = st.session_state
    if _KEY not in state:
        cookie = st.context.cookies.get(COOKIE, "")
        state[_KEY] = cookie if _TOKEN.fullmatch(cookie) else secrets.token_hex(16)
    known = remember(cast("str", state[_KEY]))
    if known and _TOKEN.fullmatch(known):
        state[_KEY] = known
    return hashlib.sha256(str(state[_KEY]).encode()).hexdigest()[:16]

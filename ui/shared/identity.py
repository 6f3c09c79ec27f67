"""Which student a browser belongs to: the same browser is the same student. There are no names and no log-in."""

from __future__ import annotations

import hashlib
import re
import secrets
from typing import cast

import streamlit as st

from ui.components.browser_identity import COOKIE, keep_token

_KEY = "student_token"
_TOKEN = re.compile(r"[0-9a-f]{32}")


def student() -> str:
    """The owner of this browser's runs: 16 hexadecimal digits. Call it once in each run of a page that shows runs.

    The cookie is the secret of the student, so the files of runs contain only a digest of it.
    """
    state = st.session_state
    if _KEY not in state:
        cookie = st.context.cookies.get(COOKIE, "")
        state[_KEY] = cookie if _TOKEN.fullmatch(cookie) else secrets.token_hex(16)
    known = keep_token(cast("str", state[_KEY]))
    if known and _TOKEN.fullmatch(known):
        state[_KEY] = known
    return hashlib.sha256(str(state[_KEY]).encode()).hexdigest()[:16]

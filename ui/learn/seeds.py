"""Random draws that a student can repeat: a seed for each, which a button moves on."""

from __future__ import annotations

import streamlit as st

_SEEDS = 2**31


def seed(key: str) -> int:
    """The present seed, 0 at first."""
    kept = st.session_state.get(key)
    return kept if type(kept) is int and 0 <= kept < _SEEDS else 0


def throw(key: str) -> None:
    """Callback: another seed."""
    st.session_state[key] = (seed(key) + 1) % _SEEDS

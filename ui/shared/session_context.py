"""Tests whether code runs for one session or for all of them.

Checked on Streamlit 1.67: `get_script_run_ctx` is how Streamlit itself finds the session of a thread; there is no
public function for it. tests/ui/shared/test_session_context.py fails when Streamlit changes this.
"""

from __future__ import annotations

from streamlit.runtime.scriptrunner import get_script_run_ctx


def in_session() -> bool:
    """Whether this thread runs a script for a session, so that `st.session_state` and texts belong to one reader."""
    return get_script_run_ctx(suppress_warning=True) is not None

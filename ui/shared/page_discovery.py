"""Ends Streamlit's old discovery of pages before the first visitor comes.

Checked on Streamlit 1.67: a folder `pages/` beside the main script makes a new server look for pages in it
(`PagesManager.uses_pages_directory`) until `st.navigation` is called for the first time. Without this module, the first
visitor's link to a page shows "Page not found". tests/browser/test_deep_link.py fails when Streamlit changes this.
"""

from __future__ import annotations

import logging

import streamlit as st

_WARNINGS = logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context")


def end_page_discovery() -> None:
    """Call it once when the server starts: outside of a session, `st.navigation` only ends the discovery."""
    _WARNINGS.disabled = True  # Streamlit would warn that there is no session
    try:
        st.navigation([st.Page(_no_page, title="Digit Lab")])
    finally:
        _WARNINGS.disabled = False


def _no_page() -> None: ...

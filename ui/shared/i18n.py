"""The language of a session: chosen in the sidebar or by `?lang=zh`, at first the browser's."""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from model.language import DEFAULT, LANGUAGES, _, ask_for_language, language

QUERY = "lang"
_KEY, _ASKED = "language", "language_asked"


def _of_session() -> str:
    if get_script_run_ctx(suppress_warning=True) is None:  # a thread that works for everybody
        return DEFAULT
    chosen = st.session_state.get(_KEY)
    return chosen if chosen in LANGUAGES else DEFAULT


ask_for_language(_of_session)


def follow_language() -> None:
    """Find out the session's language; call it before the first text of a run."""
    asked = known(st.query_params.get(QUERY))
    if asked and asked != st.session_state.get(_ASKED):
        st.session_state[_KEY] = asked
    st.session_state[_ASKED] = asked
    if st.session_state.get(_KEY) not in list(LANGUAGES):  # a list, for whatever a browser may have sent
        st.session_state[_KEY] = known(st.context.locale) or DEFAULT
    # The code comes from LANGUAGES. Screen readers choose their voice by it, and browsers their fonts.
    st.html(f"<script>document.documentElement.lang = '{language()}'</script>", unsafe_allow_javascript=True)


def choose_language() -> None:
    """The chooser in the sidebar."""
    st.sidebar.segmented_control(
        _("Language"),
        list(LANGUAGES),
        format_func=LANGUAGES.__getitem__,
        required=True,
        key=_KEY,
        persist_state="session",
        on_change=_chosen,
        label_visibility="collapsed",
    )


def known(tag: str | None) -> str | None:
    """The code in LANGUAGES for a language tag such as zh-Hans-CN; None where there is none."""
    code = (tag or "").replace("_", "-").split("-")[0].lower()
    return code if code in LANGUAGES else None


def _chosen() -> None:
    """An address that asks for a language follows the choice, so that a reload or a shared link keeps it."""
    if QUERY in st.query_params:
        st.query_params[QUERY] = st.session_state[_ASKED] = st.session_state[_KEY]

"""The language of a session: chosen in the sidebar or by `?lang=zh`, at first the browser's."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from model.language import DEFAULT, LANGUAGES, _, language, set_language_source
from ui.shared.session_context import in_session
from ui.shared.state import state_of

QUERY = "lang"
_KEY = "language"


@dataclass
class LanguageState:
    """asked: the language that the address named at the last run, one of LANGUAGES."""

    asked: str | None = None


def _language_of_session() -> str:
    if not in_session():  # a thread that works for all sessions
        return DEFAULT
    chosen = st.session_state.get(_KEY)
    return chosen if chosen in list(LANGUAGES) else DEFAULT  # a list, for anything that a browser may have sent


set_language_source(_language_of_session)


def follow_language() -> None:
    """Set the language of the session; call it before the first text of a run."""
    state = state_of(LanguageState)
    asked = language_code(st.query_params.get(QUERY))
    if asked and asked != state.asked:
        st.session_state[_KEY] = asked
    state.asked = asked
    if st.session_state.get(_KEY) not in list(LANGUAGES):
        st.session_state[_KEY] = language_code(st.context.locale) or DEFAULT
    # Screen readers choose their voice by it, and browsers their fonts. Safe: the code is one of LANGUAGES.
    st.html(f"<script>document.documentElement.lang = '{language()}'</script>", unsafe_allow_javascript=True)


def choose_language() -> None:
    """The choice of the language in the sidebar."""
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


def language_code(tag: str | None) -> str | None:
    """The code in LANGUAGES for a language tag such as zh-Hans-CN; None where there is none."""
    code = (tag or "").replace("_", "-").split("-")[0].lower()
    return code if code in LANGUAGES else None


def _chosen() -> None:
    """Put the choice into an address that names a language, so that a reload or a shared link keeps the choice."""
    if QUERY in st.query_params:
        st.query_params[QUERY] = state_of(LanguageState).asked = st.session_state[_KEY]

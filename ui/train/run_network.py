"""What can be done with the network of a run that is over: use it, save it, go back, or delete the run."""

from __future__ import annotations

import streamlit as st

from model.language import _
from model.network.checkpoint import CheckpointError
from model.recognizer import Recognizer
from model.runs.run import Run, RunError
from model.runs.store import RunStore
from ui.shared.formatting import plain_markdown
from ui.shared.network_choice import chosen_network, use_network, use_shipped
from ui.shared.network_file import download_button

_CHANGED = "run_network_changed"


def run_network(store: RunStore, run: Run, owner: str) -> None:
    """The buttons, in a row; without those of the network where there is none."""
    recognizer = _kept(run)
    with st.container(horizontal=True, gap="small"):
        if recognizer is not None:
            _use(store, run, recognizer)
            download_button(recognizer.checkpoint, run.title)
        _delete(store, run, owner)


def _kept(run: Run) -> Recognizer | None:
    """The best network; None where there is none, or where it cannot be read, which is then said."""
    path = run.best()
    try:
        return None if path is None else load_network(str(path), path.stat().st_mtime_ns)
    except OSError:  # removed just now
        return None
    except CheckpointError as error:
        st.error(plain_markdown(str(error)))
        return None


@st.cache_resource(max_entries=8, show_spinner=False)  # a running network is another one twice a second
def load_network(path: str, changed: int) -> Recognizer:
    """The network in a file that was last changed then. Raises CheckpointError."""
    return Recognizer.load(path)


def _use(store: RunStore, run: Run, recognizer: Recognizer) -> None:
    def use() -> None:
        store.keep(run.id)
        use_network(run.title, recognizer.checkpoint)
        st.session_state[_CHANGED] = True

    def go_back() -> None:
        use_shipped()
        st.session_state[_CHANGED] = True

    if st.session_state.pop(_CHANGED, False):
        st.rerun()  # the sidebar shows it too, and this part of the page runs alone
    if chosen_network().fingerprint == recognizer.fingerprint:
        st.button(_("Back to the shipped one"), icon=":material/undo:", on_click=go_back, key="run_shipped")
    else:
        st.button(
            _("Use this network"),
            icon=":material/check:",
            type="primary",
            on_click=use,
            key="run_use",
            help=_("On all pages, for you alone"),
        )


def _delete(store: RunStore, run: Run, owner: str) -> None:
    with st.popover(_("Delete"), icon=":material/delete:"):
        st.markdown(_("The run, its curves and its network go for good."))
        if st.button(_("Delete this run"), type="primary", key="run_delete"):
            try:
                store.delete(run.id, owner)
            except RunError as error:
                st.error(plain_markdown(str(error)))
            else:
                st.rerun()

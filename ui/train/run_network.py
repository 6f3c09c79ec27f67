"""The network of a run that has ended: use it, download it, go back to the shipped one, or delete the run."""

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
from ui.shared.state import state_of
from ui.train.state import RetrainState


def run_network(store: RunStore, run: Run, owner: str) -> None:
    """The buttons in a row. A run without a network has only the button that deletes it."""
    recognizer = _best_network(run)
    with st.container(horizontal=True, gap="small"):
        if recognizer is not None:
            _use_button(store, run, recognizer)
            download_button(recognizer.checkpoint, run.title)
        _delete_button(store, run, owner)


def _best_network(run: Run) -> Recognizer | None:
    """The best network; None where there is none, or where its file is damaged. The page then shows the reason."""
    path = run.best()
    try:
        return None if path is None else load_network(str(path), path.stat().st_mtime_ns)
    except OSError:  # the file was removed just now
        return None
    except CheckpointError as error:
        st.error(plain_markdown(str(error)))
        return None


@st.cache_resource(max_entries=8, show_spinner=False)  # few, because the network of an active run changes often
def load_network(path: str, changed: int) -> Recognizer:
    """The network in a file. changed: time of the file's last change in ns. Raises CheckpointError."""
    return Recognizer.load(path)


def _use_button(store: RunStore, run: Run, recognizer: Recognizer) -> None:
    state = state_of(RetrainState)

    def use() -> None:
        store.protect(run.id)
        use_network(run.title, recognizer.checkpoint)
        state.network_changed = True

    def go_back() -> None:
        use_shipped()
        state.network_changed = True

    if state.network_changed:
        state.network_changed = False
        st.rerun()  # this part of the page runs alone, but the sidebar shows the network too
    if chosen_network().fingerprint == recognizer.fingerprint:
        st.button(_("Back to the shipped one"), icon=":material/undo:", on_click=go_back, key="run_shipped")
    else:
        st.button(
            _("Use this network"),
            icon=":material/check:",
            type="primary",
            on_click=use,
            key="run_use",
            help=_("Uses it on all your pages, not on those of other students"),
        )


def _delete_button(store: RunStore, run: Run, owner: str) -> None:
    with st.popover(_("Delete"), icon=":material/delete:"):
        st.markdown(_("The run, its curves and its network are deleted and cannot be restored."))
        if st.button(_("Delete this run"), type="primary", key="run_delete"):
            try:
                store.delete(run.id, owner)
            except RunError as error:
                st.error(plain_markdown(str(error)))
            else:
                st.rerun()

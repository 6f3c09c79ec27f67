"""The network that all pages use: the shipped one, or one that `train.py` made."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
import torch

from model.checkpoint import CheckpointError
from model.recognizer import SHIPPED_WEIGHTS, Recognizer
from ui.components.engine import engine

CHECKPOINTS = Path("checkpoints")
"""Where train.py saves by default; the networks in it can be chosen in the sidebar."""

SHIPPED = "Shipped network"
_KEY = "network"

torch.set_num_threads(1)  # one picture is read in 0.3 ms; a second thread to wait for makes that 50 on a busy machine


def networks() -> dict[str, Path]:
    """Every network that can be chosen, by the name to show; the shipped one first."""
    found = sorted(CHECKPOINTS.glob("*.safetensors")) if CHECKPOINTS.is_dir() else []
    return {SHIPPED: SHIPPED_WEIGHTS} | {path.stem: path for path in found}


def choose_network() -> None:
    """The chooser in the sidebar; it appears once there is something to choose. The browser gets the chosen network."""
    names = list(networks())
    with st.sidebar:
        if len(names) > 1:
            st.selectbox(
                "Network", names, key=_KEY, persist_state="session", help="Networks that train.py has saved here"
            )
        accuracy = chosen_network().checkpoint.metrics.get("test_accuracy")
        st.caption(f"{chosen_name()}: {accuracy:.2%} on the test pictures" if accuracy else chosen_name())
        engine(chosen_network())


def chosen_name() -> str:
    """The name of the chosen network; the shipped one where the chosen one's file is gone."""
    name = str(st.session_state.get(_KEY) or SHIPPED)
    return name if name in networks() else SHIPPED


def chosen_network() -> Recognizer:
    """The chosen network, loaded once for all sessions.

    Where its file cannot be used the sidebar says so and the page stops here, while the choice stays open.
    """
    path = networks()[chosen_name()]
    try:
        return _load(str(path), path.stat().st_mtime_ns if path.exists() else 0)
    except CheckpointError as error:
        st.sidebar.error(str(error))
        st.stop()


@st.cache_resource(max_entries=32, show_spinner=False)
def _load(path: str, changed: int) -> Recognizer:  # `changed`: a file that was trained again is loaded again
    return Recognizer.load(path)

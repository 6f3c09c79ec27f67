"""The network that all pages use: the shipped one, one of this session's own, or one that `train.py` made."""

from __future__ import annotations

import itertools
import re
import unicodedata
from pathlib import Path
from typing import cast

import streamlit as st

from model.language import N_, _
from model.network.checkpoint import Checkpoint, CheckpointError
from model.network.config import MAX_PARAMETERS
from model.recognizer import SHIPPED_WEIGHTS, Recognizer
from ui.components.engine import engine

CHECKPOINTS = Path("checkpoints")
"""Where train.py saves by default; the networks in it can be chosen in the sidebar."""

SHIPPED = N_("Shipped network")
MAX_OWN = 8
"""Networks that one session keeps; the oldest makes room, and earlier where they are very large."""

MAX_NAME = 40
"""Characters of a name that somebody else chose."""

_KEY, _OWN = "network", "own_networks"


def networks() -> dict[str, Path | Recognizer]:
    """Every network that can be chosen, by the name to show: the shipped one, this session's own, then the files."""
    found = sorted(CHECKPOINTS.glob("*.safetensors")) if CHECKPOINTS.is_dir() else []
    own, files = _own(), {path.stem: path for path in found}
    return {SHIPPED: SHIPPED_WEIGHTS, **own, **{name: path for name, path in files.items() if name not in own}}


def use_network(name: str, checkpoint: Checkpoint) -> None:
    """Add this network to those of this session, and have every page use it; for callbacks.

    The name is made plain, and told from others by a number. The same network under the same name is not added twice.
    """
    own, recognizer = _own(), Recognizer(checkpoint)
    chosen = _name_for(recognizer, plain_name(name))
    own.pop(chosen, None)
    own[chosen] = recognizer  # the newest is the last
    while len(own) > MAX_OWN or sum(each.checkpoint.model.parameters for each in own.values()) > 2 * MAX_PARAMETERS:
        del own[next(iter(own))]
    st.session_state[_KEY] = chosen


def use_shipped() -> None:
    """Go back to the shipped network; for callbacks."""
    st.session_state[_KEY] = SHIPPED


def choose_network() -> None:
    """The chooser in the sidebar; it appears once there is something to choose. The browser gets the chosen network."""
    names = list(networks())
    with st.sidebar:
        if len(names) > 1:
            st.selectbox(
                _("Network"),
                names,
                format_func=shown_name,
                key=_KEY,
                persist_state="session",
                help=_("The shipped network, those that you chose yourself, and those that train.py has saved here"),
            )
        figures = st.container()
        if chosen_name() != SHIPPED:
            st.button(
                _("Back to the shipped network"),
                icon=":material/undo:",
                type="tertiary",
                on_click=use_shipped,
                key="network_shipped",
            )
        recognizer = chosen_network()
        accuracy = recognizer.checkpoint.metrics.get("test_accuracy")
        name = shown_name(chosen_name())
        if accuracy is None:
            figures.caption(name)
        else:
            figures.caption(_("{network}: {accuracy:.2%} on the test pictures", network=name, accuracy=accuracy))
        engine(recognizer)


def chosen_name() -> str:
    """The name of the chosen network; the shipped one where the chosen one is gone."""
    name = str(st.session_state.get(_KEY) or SHIPPED)
    return name if name in networks() else SHIPPED


def shown_name(name: str) -> str:
    """A network's name as the reader sees it: that of the shipped one is a text of the app's, all others are names."""
    return _(name) if name == SHIPPED else name


def chosen_network() -> Recognizer:
    """The chosen network: one of this session's own, or one from a file, loaded once for all sessions.

    Where its file cannot be used the sidebar says so and the page stops here, while the choice stays open.
    """
    found = networks()[chosen_name()]
    if isinstance(found, Recognizer):
        return found
    try:
        return _load(str(found), found.stat().st_mtime_ns if found.exists() else 0)
    except CheckpointError as error:
        st.sidebar.error(str(error))
        st.stop()


def plain_name(text: str) -> str:
    """A name from a file or a student as one short line that any page can show: nothing in it is Markdown.

    Letters and digits of every language stay, and the signs that Markdown leaves alone where they stand.
    """
    kept = "".join(
        char if unicodedata.category(char)[0] in "LMN" or char in "_-+()=%,.'" else " " for char in text[:1000]
    )
    loose = r"(?<!\d)\.|\.(?!\d)|(?<![^\W_])_+|_+(?![^\W_])"  # a full stop belongs into a number, a line into a word
    name = " ".join(re.sub(loose, " ", kept).split()).lstrip("-+()=%,.' ")
    name = re.sub(r"^(\d+)\)+", r"\1", name)  # else Markdown takes it for the first of a list
    return (name if len(name) <= MAX_NAME else f"{name[: MAX_NAME - 1].rstrip(' _.')}…") or _("Network")


def _own() -> dict[str, Recognizer]:
    """This session's own networks by their names, the oldest first."""
    return cast("dict[str, Recognizer]", st.session_state.setdefault(_OWN, {}))


def _name_for(recognizer: Recognizer, wanted: str) -> str:
    """The wanted name, with a number where another network has it already."""
    own, taken = _own(), networks()
    for number in itertools.count(1):
        name = wanted if number == 1 else f"{wanted} ({number})"
        if name not in taken or (name in own and own[name].fingerprint == recognizer.fingerprint):
            break
    return name


@st.cache_resource(max_entries=32, show_spinner=False)
def _load(path: str, changed: int) -> Recognizer:  # `changed`: a file that was trained again is loaded again
    return Recognizer.load(path)

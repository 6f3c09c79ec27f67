"""The network that all pages use: the shipped one, one of this session, or one from the folder checkpoints/."""

from __future__ import annotations

import itertools
import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

import streamlit as st

from model.language import N_, _
from model.network.checkpoint import Checkpoint, CheckpointError
from model.network.config import MAX_PARAMETERS
from model.recognizer import SHIPPED_WEIGHTS, Recognizer
from ui.components.engine import engine
from ui.shared.formatting import plain_markdown
from ui.shared.state import state_of

CHECKPOINTS = Path("checkpoints")
"""Where train.py saves by default. The networks in it can be chosen in the sidebar."""

SHIPPED = N_("Shipped network")
MAX_OWN = 8
"""How many networks a session keeps, fewer where they are very large. The oldest is removed first."""

MAX_NAME = 40
"""Characters of a name from a file or a student."""

_KEY = "network"


@dataclass
class OwnNetworks:
    """The networks of one session by name, the oldest first: taken from its runs, or uploaded."""

    networks: dict[str, Recognizer] = field(default_factory=dict)


def networks() -> dict[str, Path | Recognizer]:
    """Every network that can be chosen, by its name: the shipped one, those of this session, then the files."""
    found: dict[str, Path | Recognizer] = {SHIPPED: SHIPPED_WEIGHTS, **state_of(OwnNetworks).networks}
    for path in sorted(CHECKPOINTS.glob("*.safetensors")) if CHECKPOINTS.is_dir() else []:
        found.setdefault(plain_name(path.stem), path)
    return found


def use_network(name: str, checkpoint: Checkpoint) -> None:
    """Add this network to those of the session and use it on all pages. Call it in a callback.

    The name is made plain, and gets a number where another network has the same name. A network that is there already
    under this name is not added again.
    """
    own, recognizer = state_of(OwnNetworks).networks, Recognizer(checkpoint)
    chosen = _name_for(recognizer, plain_name(name))
    own.pop(chosen, None)
    own[chosen] = recognizer  # the newest is the last
    while len(own) > MAX_OWN or sum(each.checkpoint.model.parameters for each in own.values()) > 2 * MAX_PARAMETERS:
        del own[next(iter(own))]
    st.session_state[_KEY] = chosen


def use_shipped() -> None:
    """Use the shipped network on all pages. Call it in a callback."""
    st.session_state[_KEY] = SHIPPED


def choose_network() -> None:
    """Show the choice in the sidebar, if there is more than one network, and send the chosen one to the browser."""
    names = list(networks())
    with st.sidebar:
        if len(names) > 1:
            st.selectbox(
                _("Network"),
                names,
                format_func=shown_name,
                key=_KEY,
                persist_state="session",
                help=_("The shipped network, the networks that you added, and the networks that train.py saved here"),
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
        name = plain_markdown(shown_name(chosen_name()))
        if accuracy is None:
            figures.caption(name)
        else:
            figures.caption(_("{network}: {accuracy:.2%} on the test pictures", network=name, accuracy=accuracy))
        engine(recognizer)


def chosen_name() -> str:
    """The name of the chosen network; SHIPPED if the chosen one no longer exists."""
    name = str(st.session_state.get(_KEY) or SHIPPED)
    return name if name in networks() else SHIPPED


def shown_name(name: str) -> str:
    """The name for the screen: the name of the shipped network is translated, all others stay as they are."""
    return _(name) if name == SHIPPED else name


def chosen_network() -> Recognizer:
    """The chosen network: one of this session, or one from a file, which is loaded once for all sessions.

    If its file cannot be used, the sidebar shows the reason and the page stops; another network can still be chosen.
    """
    found = networks()[chosen_name()]
    if isinstance(found, Recognizer):
        return found
    try:
        return _load(str(found), found.stat().st_mtime_ns if found.exists() else 0)
    except CheckpointError as error:
        st.sidebar.error(plain_markdown(str(error)))
        st.stop()


def plain_name(text: str) -> str:
    """A name from a file or a student as one short line without any Markdown, so that every page can show it.

    Letters and digits of all languages are kept, and those signs that have no meaning in Markdown.
    """
    kept = "".join(
        char if unicodedata.category(char)[0] in "LMN" or char in "_-+()=%,.'" else " " for char in text[:1000]
    )
    loose = r"(?<!\d)\.|\.(?!\d)|(?<![^\W_])_+|_+(?![^\W_])"  # full stops stay within numbers, underscores within words
    name = " ".join(re.sub(loose, " ", kept).split()).lstrip("-+()=%,.' ")
    name = re.sub(r"^(\d+)\)+", r"\1", name)  # Markdown would show a list
    return (name if len(name) <= MAX_NAME else f"{name[: MAX_NAME - 1].rstrip(' _.')}…") or _("Network")


def _name_for(recognizer: Recognizer, wanted: str) -> str:
    """The wanted name, with a number if another network has it already."""
    own, taken = state_of(OwnNetworks).networks, networks()
    for number in itertools.count(1):
        name = wanted if number == 1 else f"{wanted} ({number})"
        if name not in taken or (name in own and own[name].fingerprint == recognizer.fingerprint):
            break
    return name


@st.cache_resource(max_entries=32, show_spinner=False)
def _load(path: str, changed: int) -> Recognizer:  # changed: the time of the file
    return Recognizer.load(path)

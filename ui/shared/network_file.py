"""A network as a file: to take home, and to bring back."""

from __future__ import annotations

import logging
import re

import streamlit as st

from model.language import _
from model.network.checkpoint import MAX_BYTES, Checkpoint, CheckpointError, read_checkpoint
from ui.shared.formatting import plain_markdown
from ui.shared.network_choice import chosen_name, plain_name, use_network

_log = logging.getLogger("digit_lab.uploads")
_FILE, _TOLD = "network_file", "network_file_told"


def download_button(checkpoint: Checkpoint, name: str, key: str = "network_download") -> None:
    """Offer the network as a .safetensors file, which is made when it is asked for."""
    st.download_button(
        _("Download"),
        checkpoint.content,
        file_name(name),
        "application/octet-stream",
        on_click="ignore",
        icon=":material/download:",
        key=key,
        help=_("The network as a file, to keep and to bring back"),
    )


def upload_network() -> None:
    """Take a .safetensors file and have every page use its network; say in one sentence where it is none of ours."""
    file = st.file_uploader(
        _("A network that was downloaded here or saved by train.py"),
        type="safetensors",
        key=_FILE,
        max_upload_size=MAX_BYTES // 2**20,
        on_change=_take,
    )
    told = st.session_state.get(_TOLD)
    if file is None or not told or told[0] != file.file_id:  # what is said of a file goes with it
        return
    _file, good, sentence = told
    (st.success if good else st.error)(sentence)


def file_name(name: str) -> str:
    """What a network of this name is called as a file: letters, digits, points in numbers, and lines between them."""
    words = re.sub(r"[^\w.]+", "-", plain_name(name).rstrip("…")).strip("-.")
    return f"{words}.safetensors"


def _take() -> None:
    """Read the file once, when it comes, and before the pages ask which network is chosen."""
    file = st.session_state[_FILE]
    if file is None:
        st.session_state.pop(_TOLD, None)
        return
    name = plain_name(file.name.removesuffix(".safetensors"))
    try:
        checkpoint = read_checkpoint(file.getvalue(), name)
    except CheckpointError as error:
        _log.info("uploaded network refused (%d bytes)", file.size)  # without its name, which a student chose
        st.session_state[_TOLD] = (file.file_id, False, plain_markdown(str(error)))
        return
    use_network(name, checkpoint)
    accuracy = checkpoint.metrics.get("test_accuracy")
    used = _("**{name}** is now the network of all your pages.", name=chosen_name())
    if accuracy is None:
        score = _("It was never scored on test pictures.")
    else:
        score = _("Its test accuracy is {accuracy:.2%}.", accuracy=accuracy)
    st.session_state[_TOLD] = (file.file_id, True, f"{used} {score}")

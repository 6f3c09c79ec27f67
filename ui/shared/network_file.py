"""A network as a file: download and upload."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass

import streamlit as st

from model.language import _
from model.network.checkpoint import MAX_BYTES, Checkpoint, CheckpointError, read_checkpoint
from ui.shared.formatting import plain_markdown
from ui.shared.network_choice import chosen_name, plain_name, use_network
from ui.shared.state import state_of

_log = logging.getLogger("digit_lab.uploads")
_FILE_KEY = "network_file"


@dataclass
class UploadResult:
    """Whether the last uploaded file was accepted. message: Markdown for the user."""

    file_id: str = ""
    accepted: bool = False
    message: str = ""


def download_button(checkpoint: Checkpoint, name: str, key: str = "network_download") -> None:
    """A button that downloads the network as a .safetensors file; the file is made when the button is pressed."""
    st.download_button(
        _("Download"),
        checkpoint.content,
        file_name(name),
        "application/octet-stream",
        on_click="ignore",
        icon=":material/download:",
        key=key,
        help=_("Saves the network in a file, which you can upload again later"),
    )


def upload_network() -> None:
    """Take a .safetensors file and use its network on all pages. A file that cannot be used is explained below."""
    file = st.file_uploader(
        _("A network that was downloaded here or saved by train.py"),
        type="safetensors",
        key=_FILE_KEY,
        max_upload_size=MAX_BYTES // 2**20,
        on_change=_take,
    )
    result = state_of(UploadResult)
    if file is not None and result.file_id == file.file_id:  # the message goes when its file is removed
        (st.success if result.accepted else st.error)(result.message)


def file_name(name: str) -> str:
    """The file name for a network of this name: letters, digits and underscores, with hyphens between words."""
    words = re.sub(r"[^\w.]+", "-", plain_name(name).rstrip("…")).strip("-.")
    return f"{words}.safetensors"


def _take() -> None:
    """Read the file when it arrives: once, and before the pages ask for the chosen network."""
    file, result = st.session_state[_FILE_KEY], state_of(UploadResult)
    if file is None:
        return
    result.file_id = file.file_id
    name = plain_name(file.name.removesuffix(".safetensors"))
    try:
        checkpoint = read_checkpoint(file.getvalue(), name)
    except CheckpointError as error:
        _log.info("uploaded network refused (%d bytes)", file.size)  # without its name, which a student chose
        result.accepted, result.message = False, plain_markdown(str(error))
        return
    use_network(name, checkpoint)
    accuracy = checkpoint.metrics.get("test_accuracy")
    used = _("**{name}** is now the network of all your pages.", name=plain_markdown(chosen_name()))
    if accuracy is None:
        score = _("Its test accuracy is unknown.")
    else:
        score = _("Its test accuracy is {accuracy:.2%}.", accuracy=accuracy)
    result.accepted, result.message = True, f"{used} {score}"

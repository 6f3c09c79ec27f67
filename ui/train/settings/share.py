"""The settings for others: a link to this page, and the same settings as a command line."""

from __future__ import annotations

import shlex

import streamlit as st

from model.language import _
from model.network.config import ModelConfig
from model.network.flags import flag_name
from model.network.train_config import TrainConfig
from ui.train.permalink import link, written_settings


def share_button(model: ModelConfig, train: TrainConfig) -> None:
    """A button that opens the link and the command line of these settings."""
    with st.popover(_("Share"), icon=":material/share:"):
        st.markdown(
            _("The address of this page contains the settings. Anyone who opens this link gets the same settings:")
        )
        st.code(link(model, train), language=None, wrap_lines=True)
        st.markdown(_("The same on the command line:"))
        st.code(command_line(model, train), language="bash", wrap_lines=True)


def command_line(model: ModelConfig, train: TrainConfig) -> str:
    """The command with one flag for each setting that is not the default, for a shell."""
    words = ["python", "train.py"]
    for name, value in written_settings(model, train).items():
        if isinstance(value, bool):
            words.append(flag_name(name if value else f"no_{name}"))
        else:
            words += [flag_name(name), *map(str, value if isinstance(value, tuple) else [value])]
    return shlex.join(words)

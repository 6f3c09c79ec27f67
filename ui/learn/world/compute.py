"""What it costs: multiplications for pictures of all sizes, counted from the chosen network's layers."""

from __future__ import annotations

import streamlit as st

from model.language import _
from model.network.config import ModelConfig
from model.network.layers import IMAGE_SIZE, layer_table
from model.recognizer import Recognizer
from model.theory.world.compute import TRAINING_FACTOR, seconds_per_reading
from ui.learn.choice import choose

SIZES = ((28, 28), (224, 224), (1280, 720), (1920, 1080))
"""Width and height: MNIST's, that of many networks for photos, and two of video."""

_SIZE = "world_size"
_FIELDS = {"world_frames": (30, 240), "world_cameras": (1, 1000)}


def _counted(value: float) -> str:
    """A large count in words that do not overwhelm: 51,136,000,000 as 51.1 billion."""
    for size, text in ((1e12, _("{count} trillion")), (1e9, _("{count} billion")), (1e6, _("{count} million"))):
        if value >= size:
            return text.format(count=f"{value / size:,.1f}")
    return f"{value:,.0f}"


def _costs(config: ModelConfig, height: int, width: int) -> tuple[int, int]:
    """Multiplications and parameters of the network, built for pictures of height x width pixels."""
    table = layer_table(config, height, width)
    return sum(layer.multiplications for layer in table), sum(layer.parameters for layer in table)


def _field(label: str, key: str) -> int:
    value, most = _FIELDS[key]
    kept = st.session_state.get(key)
    if type(kept) is not int or not 1 <= kept <= most:
        st.session_state[key] = value
    number = st.number_input(
        label, 1, most, step=1, key=key, persist_state="session", width=170, placeholder=f"{value:,}"
    )
    return int(value if number is None else number)


@st.fragment
def compute(recognizer: Recognizer) -> None:
    """The section: size, frames and cameras, and what comes of them."""
    config = recognizer.checkpoint.model
    digit_multiplications, _parameters = _costs(config, IMAGE_SIZE, IMAGE_SIZE)
    st.markdown(
        _(
            "The chosen network needs {count} multiplications for one digit. What if it looked at more?",
            count=_counted(digit_multiplications),
        )
    )
    with st.container(horizontal=True, gap="medium"):
        width, height = choose(
            _("Picture"), SIZES, key=_SIZE, default=SIZES[-1], written=lambda size: f"{size[0]}x{size[1]}"
        )
        frames = _field(_("Pictures per second"), "world_frames")
        cameras = _field(_("Cameras"), "world_cameras")
    multiplications, parameters = _costs(config, height, width)
    with st.container(horizontal=True, gap="medium", key="world_cost"):
        st.metric(_("Multiplications per picture"), _counted(multiplications), width="content")
        st.metric(_("Multiplications per second"), _counted(multiplications * frames * cameras), width="content")
        st.metric(_("Parameters, built for that size"), _counted(parameters), width="content")
    seconds = _measured(recognizer.fingerprint, recognizer)
    speed = digit_multiplications / seconds
    enough = seconds * multiplications / digit_multiplications * frames * cameras
    st.caption(
        _(
            "One thread of this machine took {ms} ms for a 28x28 digit, {speed} multiplications per second. At that "
            "speed it would take {enough} such threads to keep up. Training costs about {times} times as much for "
            "each picture: forward, and back for two kinds of gradients.",
            ms=f"{1000 * seconds:.2f}",
            speed=_counted(speed),
            enough=f"{enough:,.1f}",
            times=TRAINING_FACTOR,
        )
    )


@st.cache_data(max_entries=64, show_spinner=False)
def _measured(_fingerprint: str, _recognizer: Recognizer) -> float:
    return seconds_per_reading(_recognizer.network)

"""What a network costs: its multiplications for pictures of several sizes, counted from the chosen network's layers."""

from __future__ import annotations

import streamlit as st

from model.language import N_, _
from model.network.config import ModelConfig
from model.network.layers import IMAGE_SIZE, layer_table
from model.recognizer import Recognizer
from model.theory.world.compute import TRAINING_FACTOR, seconds_per_reading
from ui.learn.controls import choose, whole_number
from ui.shared.formatting import number

SIZES = ((28, 28), (224, 224), (1280, 720), (1920, 1080))
"""Width and height in pixels: MNIST, many networks for photos, and two sizes of video."""


@st.fragment
def compute(recognizer: Recognizer) -> None:
    """The section: picture size, frames and cameras, and what they cost."""
    config = recognizer.checkpoint.model
    for_a_digit, _parameters = _costs(config, IMAGE_SIZE, IMAGE_SIZE)
    st.markdown(
        _(
            "The chosen network needs {count} multiplications for one digit. What if the pictures were larger?",
            count=_rounded(for_a_digit),
        )
    )
    with st.container(horizontal=True, gap="medium"):
        width, height = choose(
            _("Picture"), SIZES, key="world_size", default=SIZES[-1], format_func=lambda size: f"{size[0]}x{size[1]}"
        )
        frames = whole_number(_("Pictures per second"), 240, key="world_frames", default=30, width=170)
        cameras = whole_number(_("Cameras"), 1000, key="world_cameras", default=1, width=170)
    multiplications, parameters = _costs(config, height, width)
    with st.container(horizontal=True, gap="medium", key="world_cost"):
        st.metric(_("Multiplications per picture"), _rounded(multiplications), width="content")
        st.metric(_("Multiplications per second"), _rounded(multiplications * frames * cameras), width="content")
        st.metric(_("Parameters for that size"), _rounded(parameters), width="content")
    seconds = _seconds_per_reading(recognizer.fingerprint, recognizer)
    st.caption(
        _(
            "One thread of this machine took {ms:.2f} ms for a 28x28 digit, so it makes {speed} multiplications per "
            "second. At that speed, {enough:,.1f} threads are needed for these pictures. Training needs about {times} "
            "times as many multiplications for each picture: a forward pass, and a backward pass for two kinds of "
            "gradients.",
            ms=1000 * seconds,
            speed=_rounded(for_a_digit / seconds),
            enough=seconds * multiplications / for_a_digit * frames * cameras,
            times=TRAINING_FACTOR,
        )
    )


def _costs(config: ModelConfig, height: int, width: int) -> tuple[int, int]:
    """Multiplications and parameters of the network, built for pictures of height x width pixels."""
    table = layer_table(config, height, width)
    return sum(layer.multiplications for layer in table), sum(layer.parameters for layer in table)


def _rounded(value: float) -> str:
    """A large number with one decimal and a word: 51,136,000,000 is 51.1 billion."""
    for size, text in (
        (1e12, N_("{count:,.1f} trillion")),
        (1e9, N_("{count:,.1f} billion")),
        (1e6, N_("{count:,.1f} million")),
    ):
        if value >= size:
            return _(text, count=value / size)
    return number(value)


@st.cache_data(max_entries=64, show_spinner=False)
def _seconds_per_reading(_fingerprint: str, _recognizer: Recognizer) -> float:
    return seconds_per_reading(_recognizer.network)

"""A convolutional layer with several channels, and how many parameters it has."""

from __future__ import annotations

import streamlit as st
from torch import Tensor

from model.language import _
from model.network.layers import convolution_parameters
from model.theory.convolution.channels import untrained_layer
from ui.components.channel_sums import SHOWN, channel_sums
from ui.learn.controls import choose, whole_number
from ui.learn.convolution.kernel import written_side
from ui.learn.convolution.settings import ChannelSettings, ConvolutionState
from ui.learn.formulas import tex
from ui.learn.layout import side_by_side
from ui.shared.state import state_of

SIZES = (1, 3, 5, 7)
"""Sides of the kernels."""

MOST_CHANNELS = 128


@st.fragment
def channels(image: Tensor) -> None:
    """The controls on the left, the sums of the channels on the right. image: float32 (28, 28)."""
    left, right = side_by_side(300, "convolution_channels")
    with left:
        settings = _choose_channels()
        size, count_in, count_out = settings.size, settings.channels_in, settings.channels_out
        st.markdown(
            _("**Parameters**: each output channel has $k \\cdot k$ weights for each input channel, and one bias.")
        )
        st.latex(r"(k \cdot k \cdot c_\mathrm{in} + 1) \cdot c_\mathrm{out}")
        st.latex("= " + parameter_formula(size, count_in, count_out))
    with right:
        channel_sums(
            untrained_layer(image.numpy(), size, count_in, count_out, min(SHOWN, count_out)), key="convolution_sums"
        )


def parameter_formula(size: int, channels_in: int, channels_out: int) -> str:
    """LaTeX: the parameters of a layer, with its numbers."""
    count = tex(convolution_parameters(channels_in, size, channels_out))
    return rf"({size} \cdot {size} \cdot {channels_in} + 1) \cdot {channels_out} = {count}"


def channel_number(label: str, key: str, most: int, default: int = 1) -> int:
    """A field for the number of a channel or for a count of channels, from 1 to `most`."""
    return whole_number(label, most, key=key, default=default, width=170, too_large="nearest")


def _choose_channels() -> ChannelSettings:
    """The controls of the layer; the questions of the lesson use them too."""
    count_in = channel_number(_("Input channels"), "convolution_channels_in", MOST_CHANNELS, 3)
    count_out = channel_number(_("Output channels"), "convolution_channels_out", MOST_CHANNELS, 2)
    size = choose(_("Kernel size"), SIZES, key="convolution_layer_size", default=3, format_func=written_side)
    state = state_of(ConvolutionState)
    state.channels = ChannelSettings(size, count_in, count_out)
    return state.channels

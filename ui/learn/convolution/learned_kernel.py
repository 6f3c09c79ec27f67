"""A kernel that the chosen network has learned, on the student's digit."""

from __future__ import annotations

import streamlit as st
from torch import Tensor

from model.language import _, ngettext
from model.network.config import ModelConfig
from model.theory.convolution.learned_filter import learned_filter
from ui.components.sliding_kernel import sliding_kernel
from ui.learn.controls import choose
from ui.learn.convolution.channels import channel_number, parameter_formula
from ui.learn.layout import side_by_side
from ui.shared.network_choice import chosen_network


@st.fragment
def learned_kernel(image: Tensor) -> None:
    """The controls on the left, the kernel on its input on the right. image: float32 (28, 28)."""
    recognizer = chosen_network()
    config = recognizer.checkpoint.model
    if not config.filters:
        st.info(
            _(
                "This network is dense: it has no convolutions, so it has learned no kernels. Choose another network "
                "in the sidebar."
            )
        )
        return
    left, right = side_by_side(300, "convolution_learned")
    with left:
        block, channel, source = _choose_kernel(config)
    found = learned_filter(recognizer.network, block, channel, source, image)
    channels_in = (1, *config.filters)[block]
    with left:
        st.markdown(
            ngettext(
                "Filter {number} has {count} kernel and a bias of {bias:.3f}.",
                "Filter {number} has {count} kernels, one for each map of layer {before}, and a bias of {bias:.3f}.",
                channels_in,
                number=channel + 1,
                before=block,
                bias=found.bias,
            )
        )
        if config.batch_norm:
            st.caption(_("These numbers already contain the batch normalization."))
        st.markdown(_("Parameters of layer {number}:", number=block + 1))
        st.latex(parameter_formula(config.kernel_size[block], channels_in, config.filters[block]))
    with right:
        before = _("The digit") if block == 0 else _("Layer {layer}, map {map}", layer=block, map=source + 1)
        sliding_kernel(
            found.source.numpy(),
            found.kernel.numpy(),
            found.output.numpy(),
            grey=block == 0,
            bias=found.bias,
            others=None if found.others is None else found.others.numpy(),
            names=(before, _("Filter {number}, before the activation", number=channel + 1)),
            key="convolution_learned_view",
        )


def _choose_kernel(config: ModelConfig) -> tuple[int, int, int]:
    """The controls; returns (block, filter, input channel), counted from 0."""
    layers = range(1, len(config.filters) + 1)
    layer = choose(_("Layer"), layers, key="convolution_learned_layer") if len(layers) > 1 else 1
    count = config.filters[layer - 1]
    channel = channel_number(_("Filter, 1 to {count}", count=count), "convolution_learned_filter", count)
    if layer == 1:
        return 0, channel - 1, 0
    count = config.filters[layer - 2]
    source = channel_number(_("Input channel, 1 to {count}", count=count), "convolution_learned_source", count)
    return layer - 1, channel - 1, source - 1

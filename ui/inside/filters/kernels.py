"""The kernels of a layer as a grid of pictures, in which a press chooses a filter."""

from __future__ import annotations

from functools import partial

import streamlit as st

from model.language import N_, _
from ui.components.pictures import pictures
from ui.inside.filters.choices import choose_filter, choose_pressed, chosen_filter, toggle
from ui.inside.filters.layer import FilterLayer

KERNELS = "filters_kernels"
NUMBER, NORM, ACTIVATION = N_("Number"), N_("Norm"), N_("Activation")


def choose_order() -> str:
    """Shows the choice of the order of the kernels: returns NUMBER, NORM or ACTIVATION."""
    order = st.segmented_control(
        _("Sorted by"),
        [NUMBER, NORM, ACTIVATION],
        format_func=_,
        default=NUMBER,
        required=True,
        key="filters_sort",
        persist_state="session",
        help=_("Activation: each filter's highest activation for your digit"),
    )
    return order or NUMBER


def about_kernels(layer: FilterLayer) -> str:
    """What a kernel of this layer is, and in which way its picture can mislead."""
    channels, side = layer.kernels.weights.shape[1:3]
    if layer.block == 0:
        text = _(
            "Each filter of layer 1 slides one {side}x{side} kernel over your digit: orange weights react to ink, "
            "blue weights react to paper.",
            side=side,
        )
    else:
        text = _(
            "Each filter of layer {layer} has {count} slices of {side}x{side}, one for each map of layer {before}. "
            "One slice shows little about the filter. The pictures below that activate it show more.",
            layer=layer.number,
            count=channels,
            side=side,
            before=layer.block,
        )
    folded = layer.recognizer.checkpoint.model.batch_norm
    return " ".join([text, _("The weights include the batch normalisation.")] if folded else [text])


def kernel_grid(layer: FilterLayer, order_by: str) -> None:
    """All kernels on one colour scale, in the order of `choose_order`; a press chooses a filter."""
    activations = None if layer.maps is None else layer.maps.amax((1, 2))
    values = {NORM: layer.kernels.norms, ACTIVATION: activations}.get(order_by)
    order = list(range(layer.count)) if values is None else values.argsort(descending=True, stable=True).tolist()
    notes = [""] * layer.count if values is None else [f"{value:.2f}" for value in values.tolist()]
    if order_by == ACTIVATION and values is None:
        st.caption(_("Draw a digit to sort the filters by their activation."))
    with st.container(height=740 if layer.count > 64 else "content", border=False, key="filters_kernels_box"):
        pictures(
            [layer.tile(channel, notes[channel], marked=channel + 1 == chosen_filter()) for channel in order],
            key=KERNELS,
            size="5.2rem" if layer.count <= 16 else "3.6rem" if layer.count <= 32 else "3.2rem",
            on_pick=partial(choose_pressed, KERNELS, order),
        )
    texts = [
        _(
            "All kernels have the same scale: blue is negative, orange is positive, and the strongest shades are "
            "±{limit:.2f}.",
            limit=layer.limit,
        )
    ]
    if layer.statistics:
        texts.append(_("Dead: {dead} of {count}.", dead=len(layer.dead), count=layer.count))
    st.caption(" ".join(texts))


def one_filter(layer: FilterLayer) -> int:
    """Shows the number of the chosen filter and a button that switches it off or on; returns its channel."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        channel = choose_filter(layer.count)
        off = channel + 1 in layer.off
        st.button(
            _("Switch it on") if off else _("Switch it off"),
            icon=f":material/toggle_{'on' if off else 'off'}:",
            on_click=toggle,
            args=(layer.block, layer.count, channel + 1),
            key="filters_toggle",
        )
    return channel

"""What each filter of the chosen network looks for, and what the network loses without it."""

from functools import partial

import streamlit as st

from model.data.datasets import DataError
from model.data.preprocess import Steps
from model.language import N_, _
from model.recognizer import Reading
from ui.components.bars import answer_bars
from ui.components.current_reading import share_reading
from ui.components.pictures import pictures
from ui.draw.canvas import SIDE
from ui.draw.source import digit_source
from ui.inside.filters.ablation import accuracy_change, ranking, switches, without_them
from ui.inside.filters.detail import in_depth, strongest_pictures
from ui.inside.filters.layer import FilterLayer, look_at
from ui.inside.filters.state import (
    CHOSEN,
    choose_filter,
    choose_layer,
    choose_slice,
    picked,
    surveyed,
    toggle,
)
from ui.shared.formatting import percent
from ui.shared.network_choice import chosen_name, chosen_network, shown_name

NUMBER, NORM, EXCITEMENT = N_("Number"), N_("Norm"), N_("Excitement")
KERNELS = "filters_kernels"


def answer(reading: Reading | None) -> None:
    """The network's answer in brief."""
    if reading is not None and reading.digit is not None:
        share = percent(float(reading.probabilities[reading.digit]))
        st.markdown(_("Read as **{digit}**, {share} sure.", digit=reading.digit, share=share))
    else:
        st.markdown(_("Draw a digit, and the filters answer to it."))
    answer_bars(reading, live=True)


def about(layer: FilterLayer) -> str:
    """What a kernel of this layer is, and where its picture misleads."""
    channels, side = layer.kernels.weights.shape[1:3]
    if layer.block == 0:
        told = _(
            "Each filter of layer 1 slides one {side}x{side} kernel over your digit: orange weights look for ink, "
            "blue ones for paper.",
            side=side,
        )
    else:
        told = _(
            "Each filter of layer {layer} has {count} slices of {side}x{side}, one for each map of layer {before}. "
            "A slice alone says little about the filter; what excites it, below, says more.",
            layer=layer.number,
            count=channels,
            side=side,
            before=layer.block,
        )
    folded = layer.recognizer.checkpoint.model.batch_norm
    return " ".join([told, _("Batch normalisation is folded in.")] if folded else [told])


def kernel_grid(layer: FilterLayer, by: str) -> None:
    """All kernels on one scale; a press chooses a filter."""
    excitement = None if layer.maps is None else layer.maps.amax((1, 2))
    values = {NORM: layer.kernels.norms, EXCITEMENT: excitement}.get(by)
    order = list(range(layer.count)) if values is None else values.argsort(descending=True, stable=True).tolist()
    figures = [""] * layer.count if values is None else [f"{value:.2f}" for value in values.tolist()]
    if by == EXCITEMENT and values is None:
        st.caption(_("Draw a digit to sort by what it excites."))
    chosen = st.session_state.get(CHOSEN)
    with st.container(height=740 if layer.count > 64 else "content", border=False, key="filters_kernels_box"):
        pictures(
            [layer.tile(channel, figures[channel], marked=channel + 1 == chosen) for channel in order],
            key=KERNELS,
            size="5.2rem" if layer.count <= 16 else "3.6rem" if layer.count <= 32 else "3.2rem",
            on_pick=partial(kernel_pressed, order),
        )
    told = [
        _(
            "One scale for all: blue is negative, orange positive, the strongest shades are ±{limit:.2f}.",
            limit=layer.limit,
        )
    ]
    if layer.known:
        told.append(_("Dead: {dead} of {count}.", dead=len(layer.dead), count=layer.count))
    st.caption(" ".join(told))


def one_filter(layer: FilterLayer) -> int:
    """The number of the chosen filter, and a button that silences it; returns its channel."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        channel = choose_filter(layer.count)
        off = channel + 1 in layer.off
        st.button(
            _("Let it speak again") if off else _("Silence it"),
            icon=f":material/volume_{'up' if off else 'off'}:",
            on_click=toggle,
            args=(layer.block, layer.count, channel + 1),
            key="filters_toggle",
        )
    return channel


def kernel_pressed(order: list[int]) -> None:
    """Callback: the pressed kernel's filter becomes the chosen one."""
    number = picked(KERNELS, order)
    if number is not None:
        st.session_state[CHOSEN] = number


@st.fragment
def lesson() -> None:
    """Everything on the page. What is quick comes first; slow work goes last, into places that were kept for it."""
    recognizer = chosen_network()
    config = recognizer.checkpoint.model
    with st.container(horizontal=True, gap="medium"):
        left, right = st.container(width=SIDE), st.container(key="filters_right")
    with left:
        digit = digit_source()
        steps = Steps()
        reading = recognizer.read(digit.pixels, steps) if digit else None
        share_reading(reading, steps)
        answer(reading)
    with right:
        block = choose_layer(len(config.filters))
        with st.container(horizontal=True, gap="medium"):
            by = st.segmented_control(
                _("Sorted by"),
                [NUMBER, NORM, EXCITEMENT],
                format_func=_,
                default=NUMBER,
                required=True,
                key="filters_sort",
                persist_state="session",
                help=_("Excitement: each filter's highest activation for your digit"),
            )
            shown = choose_slice(1 if block == 0 else config.filters[block - 1])
        layer = look_at(recognizer, reading, block, shown)
        st.caption(about(layer))
        kernels = st.container()

    st.subheader(_("One filter in depth"), anchor=False)
    channel = one_filter(layer)
    with kernels:
        kernel_grid(layer, by or NUMBER)
    in_depth(layer, channel)
    best = st.container(key="filters_best")
    with best:
        strongest_pictures(layer, channel)

    st.subheader(_("Switch filters off"), anchor=False)
    st.markdown(
        _(
            "A silenced filter sends zeros to the next layer. The drawing's probabilities change at once; the accuracy "
            "on the test pictures says whether that holds for other people's digits too."
        )
    )
    with st.container(horizontal=True, gap="medium"):
        left, right = st.container(key="filters_switch_side"), st.container(key="filters_effect_side")
    with left:
        switches(layer)
    with right:
        without_them(layer)
        cost = st.container(key="filters_cost")
    st.subheader(_("What each filter of layer {layer} carries", layer=layer.number), anchor=False)
    ranks = st.container(key="filters_ranking")

    try:
        with cost:
            accuracy_change(layer)
        with ranks:
            ranking(layer)
        if layer.survey is None:
            with best:
                surveyed(recognizer.fingerprint, recognizer).finish(_("Looking for what excites each filter …"))
            st.rerun()  # now that all of it is known, dead filters too
    except DataError as error:
        best.error(str(error))


st.title(_("Filters"), anchor=False)
st.markdown(
    _(
        "What each filter of the **{network}** looks for, and what the network loses without it.",
        network=shown_name(chosen_name()),
    )
)
if not chosen_network().checkpoint.model.filters:
    st.info(_("This network is a dense one: it has no convolutions, and so no filters. Choose another in the sidebar."))
    st.stop()
lesson()

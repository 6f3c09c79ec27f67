"""What each filter of the chosen network reacts to, and how much accuracy the network loses without it."""

import streamlit as st

from model.data.datasets import DataError
from model.data.preprocess import Steps
from model.language import _
from model.recognizer import Reading, Recognizer
from ui.components.bars import answer_bars
from ui.components.current_reading import share_reading
from ui.draw.canvas import SIDE
from ui.draw.source import digit_source
from ui.inside.filters.ablation import accuracy_change, probabilities_without
from ui.inside.filters.choices import choose_layer, choose_slice
from ui.inside.filters.detail import in_depth, strongest_pictures
from ui.inside.filters.kernels import about_kernels, choose_order, kernel_grid, one_filter
from ui.inside.filters.layer import filter_layer
from ui.inside.filters.ranking import ranking
from ui.inside.filters.results import statistics_of
from ui.inside.filters.switches import switches
from ui.shared.formatting import percent, plain_markdown
from ui.shared.network_choice import chosen_name, chosen_network, shown_name


def drawing(recognizer: Recognizer) -> Reading | None:
    """The digit and the network's answer."""
    digit = digit_source()
    steps = Steps()
    reading = recognizer.read(digit.pixels, steps) if digit else None
    share_reading(reading, steps)
    if reading is not None and reading.digit is not None:
        share = percent(float(reading.probabilities[reading.digit]))
        st.markdown(_("Read as **{digit}**, {share} sure.", digit=reading.digit, share=share))
    else:
        st.markdown(_("Draw a digit to see how the filters react to it."))
    answer_bars(reading, live=True)
    return reading


@st.fragment
def filters() -> None:
    """Everything on the page. Quick parts come first; slow parts come last, in containers that are placed before."""
    recognizer = chosen_network()
    sizes = recognizer.checkpoint.model.filters
    with st.container(horizontal=True, gap="medium"):
        left, right = st.container(width=SIDE), st.container(key="filters_right")
    with left:
        reading = drawing(recognizer)
    with right:
        block = choose_layer(len(sizes))
        with st.container(horizontal=True, gap="medium"):
            order = choose_order()
            shown = choose_slice(1 if block == 0 else sizes[block - 1])
        layer = filter_layer(recognizer, reading, block, shown)
        st.caption(about_kernels(layer))
        kernels = st.container()

    st.subheader(_("One filter in depth"), anchor=False)
    channel = one_filter(layer)
    with kernels:
        kernel_grid(layer, order)
    in_depth(layer, channel)
    strongest = st.container(key="filters_best")
    with strongest:
        strongest_pictures(layer, channel)

    st.subheader(_("Switch filters off"), anchor=False)
    st.markdown(
        _(
            "A filter that is off outputs zeros. The probabilities for your drawing change at once; the accuracy shows "
            "how well the network still reads the digits of other people."
        )
    )
    with st.container(horizontal=True, gap="medium"):
        left, right = st.container(key="filters_switch_side"), st.container(key="filters_effect_side")
    with left:
        switches(layer)
    with right:
        probabilities_without(layer)
        accuracy = st.container(key="filters_accuracy")
    st.subheader(_("Accuracy lost without each filter of layer {layer}", layer=layer.number), anchor=False)
    ranks = st.container(key="filters_ranking")

    try:
        with accuracy:
            accuracy_change(layer)
        with ranks:
            ranking(layer)
        if layer.statistics is None:
            with strongest:
                statistics_of(recognizer).finish(_("Finding the pictures that activate each filter most …"))
            st.rerun()  # the statistics are ready now, and with them the dead filters
    except DataError as error:
        strongest.error(plain_markdown(str(error)))


st.title(_("Filters"), anchor=False)
st.markdown(
    _(
        "What each filter of the **{network}** reacts to, and how much accuracy the network loses without it.",
        network=plain_markdown(shown_name(chosen_name())),
    )
)
if not chosen_network().checkpoint.model.filters:
    st.info(_("This network is dense: it has no convolutions, so it has no filters. Choose another in the sidebar."))
    st.stop()
filters()

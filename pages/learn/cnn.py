"""Lesson 5: the whole network, layer by layer, and the pictures that it learns from."""

from __future__ import annotations

import streamlit as st

from model.data.datasets import DataError
from model.language import _
from model.recognizer import Recognizer
from ui.learn.cnn.browse import browse, describe_data
from ui.learn.cnn.layer_table import show_layers, show_shares, sum_of_parameters
from ui.learn.cnn.questions import larger_picture, other_input, other_network
from ui.learn.cnn.shown_network import choose_shown, draw_network
from ui.learn.cnn.unusual_pictures import odd_and_doubtful
from ui.learn.cnn.variety import show_variety
from ui.learn.layout import lesson_title, section
from ui.learn.lesson_digit import lesson_picture
from ui.learn.questions import questions
from ui.shared.data_set import data_set

HERE = "pages/learn/cnn.py"


@st.fragment
def layer_by_layer(recognizer: Recognizer) -> None:
    """The drawing, which follows the student's digit."""
    section(_("Layer by layer"))
    image = lesson_picture()
    st.markdown(
        _(
            "Each stack is a layer, with its maps drawn to scale. The map in front is the map that shows most of your "
            "digit. Press a layer to see how its sizes and counts are calculated. Move the pointer over its map to "
            "see the receptive field of each number."
        )
    )
    draw_network(recognizer, image)


def training_pictures(recognizer: Recognizer) -> None:
    """The data set."""
    st.header(_("The pictures that the network learns from"), anchor=False)
    try:
        data = data_set()
    except DataError as error:
        st.error(str(error))
        return
    if data.notice:
        st.info(data.notice)
    st.markdown(describe_data(data))
    section(_("Page by page"))
    browse()
    section(_("How much they differ"))
    show_variety()
    section(_("Odd and doubtful pictures"))
    odd_and_doubtful(recognizer)


lesson_title(
    _("The whole CNN"),
    _(
        "A CNN consists of convolutions, activations and pooling, one after another, and two dense layers at the end. "
        "See how many numbers it has to learn, and from which pictures."
    ),
)
recognizer = choose_shown()
config = recognizer.checkpoint.model
layer_by_layer(recognizer)

section(_("The layers as a table"))
show_layers(config.layers())
section(
    _("How the parameters are counted"),
    _(
        "Each filter of a convolution has a kernel for each incoming map, and one bias. Each unit of a dense layer has "
        "a weight for each incoming number, and one bias."
    ),
)
sum_of_parameters(config.layers())
show_shares(config.layers())

place_of_pictures = st.container()  # filled last, because the pictures may take a while
questions(HERE, lambda: [other_input(config.layers()), other_network(config), larger_picture(config)])
with place_of_pictures:
    training_pictures(recognizer)

"""Lesson 4: activation functions, their slopes, and their effect on a feature map and on a gradient."""

from __future__ import annotations

import streamlit as st

from model.language import _
from ui.components.activation_curves import activation_curves
from ui.learn.activations.dead_relu import move_bias
from ui.learn.activations.feature_map import before_and_after, choose_map, zero_maps
from ui.learn.activations.functions import choose_functions, written_formulas
from ui.learn.activations.questions import leaky_relu_of_lowest, lower_bias, more_layers
from ui.learn.activations.vanishing_gradient import vanishing_gradient
from ui.learn.layout import lesson_title, section
from ui.learn.lesson_digit import lesson_picture, lesson_reading
from ui.learn.questions import questions
from ui.shared.network_choice import chosen_network

HERE = "pages/learn/activations.py"


@st.fragment
def lesson() -> None:
    """All sections, because the questions use the settings of each."""
    section(
        _("A curve and its slope"),
        _(
            "Drag the point, or move it with the arrow keys. The left graph shows the output of a neuron for its sum "
            "z. The right graph shows the slope of the curve at this point. In backpropagation the gradient is "
            "multiplied by this slope."
        ),
    )
    functions = choose_functions()
    activation_curves(functions, key="activations_curves")
    st.markdown(written_formulas(functions))

    section(_("On a feature map of your digit"))
    image = lesson_picture()
    network = chosen_network().network
    source = choose_map(network, image)
    before_and_after(source, functions)
    zero_maps(network, image)

    section(
        _("Why gradients vanish"),
        _(
            "In backpropagation a gradient is multiplied by one slope in each layer, from the last layer to the "
            "first. Choose a function, guess how much of the gradient is left at the end, and then look."
        ),
    )
    settings = vanishing_gradient(image, int(lesson_reading().digit or 0))

    section(
        _("A dead ReLU"),
        _(
            "Here is the same map again. Lower the bias until the whole map is below zero. What is the output of ReLU "
            "then? What can training still change?"
        ),
    )
    shift = move_bias(source)

    questions(HERE, lambda: [more_layers(settings), leaky_relu_of_lowest(source), lower_bias(source, shift)])


lesson_title(
    _("Activation functions"),
    _(
        "Without activation functions, ten layers are equal to a single layer, because they only multiply and add. "
        "Activation functions make the difference, and their slopes decide what the network can learn."
    ),
)
lesson()

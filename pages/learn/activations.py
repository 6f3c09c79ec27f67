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
            "Drag the point, or move it with the arrow keys. On the left is the output of a neuron for its sum z. On "
            "the right is the slope there: on its way back, a gradient is multiplied by it."
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
            "On its way back to the first layer a gradient is multiplied by one slope per layer. Choose a function and "
            "guess how much is left at the end, then look."
        ),
    )
    made = vanishing_gradient(image, int(lesson_reading().digit or 0))

    section(
        _("A dead ReLU"),
        _(
            "Here is the same map again. Lower the bias until the whole map is below zero. What is then the output of "
            "ReLU, and what can training still change?"
        ),
    )
    shift = move_bias(source)

    questions(HERE, lambda: [more_layers(made), leaky_relu_of_lowest(source), lower_bias(source, shift)])


lesson_title(
    _("Activation functions"),
    _(
        "Without activation functions, ten layers can do no more than one: they only multiply and add. Activation "
        "functions make the difference, and their slopes decide what the network can learn."
    ),
)
lesson()

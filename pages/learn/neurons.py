"""Lesson 1: one neuron, a layer of neurons on the student's digit, and one step of learning."""

from __future__ import annotations

import streamlit as st

from model.language import _
from ui.learn.layout import lesson_title, section
from ui.learn.lesson_digit import lesson_picture
from ui.learn.lessons_overview import lessons_overview
from ui.learn.neurons.dense_network import choose_dense, count_parameters
from ui.learn.neurons.gradient_descent import gradient_descent
from ui.learn.neurons.hidden_units import hidden_layer, one_unit
from ui.learn.neurons.one_neuron import one_neuron
from ui.learn.neurons.questions import faster_step, one_more_unit, swapped_inputs
from ui.learn.questions import questions

HERE = "pages/learn/neurons.py"


@st.fragment
def lesson() -> None:
    """All sections, because each one works with what the one before it shows."""
    section(
        _("One neuron"),
        _(
            "A neuron multiplies each input by a weight, adds the products and a bias, and applies its activation to "
            "the sum. Change any number. A wide line shows a number far from zero; a dashed line shows a negative "
            "number."
        ),
    )
    shown = one_neuron()

    section(
        _("Layers of neurons"),
        _(
            "Many neurons with the same inputs are a layer; the outputs of one layer are the inputs of the next. This "
            "is a dense network with one hidden layer: each of its units sees every pixel of your digit."
        ),
    )
    image = lesson_picture()
    dense = choose_dense()
    unit = hidden_layer(dense, image)
    one_unit(dense, unit, image)
    count_parameters(dense)

    section(
        _("One step of learning"),
        _(
            "Change one weight and keep all others as they are. The loss measures how bad the answers are then. "
            "Gradient descent follows the slope of the loss downhill, step by step. Does it find the best value of "
            "the weight? What happens if the learning rate is too large?"
        ),
    )
    descent = gradient_descent(dense, unit, image)

    questions(HERE, lambda: [swapped_inputs(shown), one_more_unit(dense), faster_step(descent)])


lesson_title(
    _("Neurons and networks"),
    _("The parts of a network: one neuron, then a layer of neurons, then how learning changes a weight."),
)
lessons_overview(HERE)
lesson()

"""Lesson 1: one neuron, a layer of them on the student's digit, and one step of learning."""

from __future__ import annotations

import math

import streamlit as st
import torch

from model.language import N_, _
from model.theory.neurons.dense import Dense, architecture
from model.theory.neurons.neuron import neuron
from ui.learn.formulas import factor, plus, products, tex
from ui.learn.lesson import lesson_picture
from ui.learn.neurons.dense import choose_dense, count_parameters, hidden_layer, one_unit
from ui.learn.neurons.neuron import OneNeuron, one_neuron
from ui.learn.neurons.one_weight import Descent, descent
from ui.learn.questions import Question, lessons_overview, questions
from ui.shared.formatting import written

HERE = "pages/learn/neurons.py"

SMALLER, LARGER, SAME = N_("Smaller"), N_("Larger"), N_("Practically the same")
FASTER = 10
NOTICEABLE = 1e-3


@st.fragment
def lesson() -> None:
    """All of it: every section goes on with what the one before shows."""
    st.subheader(_("One neuron"), anchor=False)
    st.markdown(
        _(
            "A neuron multiplies each input by a weight, adds the products and a bias, and bends the sum by its "
            "activation. Type over any number. A wide line is a number far from zero; a dashed one is negative."
        )
    )
    made = one_neuron()

    st.subheader(_("Layers of neurons"), anchor=False)
    st.markdown(
        _(
            "Many neurons with the same inputs are a layer; the outputs of one layer are the inputs of the next. This "
            "is a dense network with one hidden layer: each of its units sees every pixel of your digit."
        )
    )
    image = torch.from_numpy(lesson_picture())
    dense = choose_dense()
    unit = hidden_layer(dense, image)
    one_unit(dense, unit, image)
    st.markdown(_("**How many parameters?** Every weight and every bias is one."))
    count_parameters(dense)

    st.subheader(_("One step of learning"), anchor=False)
    st.markdown(
        _(
            "Let the network forget one weight: it starts at another value, and all others stay. The loss says how bad "
            "the answers are then. Gradient descent looks at the slope and takes a step downhill. Does it find the "
            "way back? What does a learning rate do that is too large?"
        )
    )
    step = descent(dense, unit, image)

    questions(HERE, lambda: [_swapped(made), _one_more(dense), _faster(step)])


def _swapped(made: OneNeuron) -> Question:
    """The sum with the first two inputs swapped."""
    inputs = made.inputs.clone()
    inputs[:2] = inputs[:2].flip(0)
    answer = neuron(inputs, made.weights, made.bias, made.activation).z
    filled = products(inputs.tolist(), made.weights.tolist())
    return Question(
        "swapped",
        _(
            "In the neuron above, swap the numbers of the first two inputs and leave the weights where they are. What "
            "is the sum z then? Two decimals are enough."
        ),
        answer,
        f"$z = {filled} {plus(made.bias)} = {tex(answer)}$\n\n"
        + _("Before, z was {before}. A weight belongs to its place, not to the number.", before=written(made.parts.z)),
        tolerance=0.0051,
    )


def _one_more(dense: Dense) -> Question:
    """Parameters that another hidden unit brings."""
    now, then = (architecture(units) for units in (dense.units, dense.units + 1))
    weights, outputs = dense.network.dense.in_features, dense.network.output.out_features
    return Question(
        "one_more",
        _(
            "The network above has {units} hidden units. How many parameters more would one more unit bring?",
            units=dense.units,
        ),
        then.parameters - now.parameters,
        f"${weights} + 1 + {outputs} = {then.parameters - now.parameters}$\n\n"
        + _(
            "A weight for each pixel, its own bias, and a weight to each output; the outputs have their biases already."
        ),
    )


def _faster(step: Descent) -> Question:
    """The loss after a step with a learning rate ten times as large."""
    rate = FASTER * step.rate
    loss, slope = step.one.loss_and_slope(step.weight)
    weight = step.one.step(step.weight, rate)
    then = step.one.loss_and_slope(weight)[0]
    same = math.isclose(loss, then, rel_tol=NOTICEABLE, abs_tol=1e-6)
    answer = SAME if same else LARGER if then > loss else SMALLER
    explanations = {
        SMALLER: _("The step goes downhill, and even this long it ends lower than it began."),
        LARGER: _("The slope is right only near the point. The long step went over the valley and up the other side."),
        SAME: _("Slope times learning rate is so small, or the valley so even, that the loss hardly changes."),
    }
    return Question(
        "faster",
        _(
            "From where the weight is now, take one step with {times} times the learning rate above. Will the loss "
            "then be smaller or larger than now?",
            times=FASTER,
        ),
        _(answer),
        rf"$w: {tex(step.weight)} - {factor(rate)} \cdot {factor(slope)} = {tex(weight)} \qquad "
        rf"L: {tex(loss)} \to {tex(then)}$" + f"\n\n{explanations[answer]}",
        tuple(_(choice) for choice in (SMALLER, LARGER, SAME)),
    )


st.title(_("Neurons and networks"), anchor=False)
st.markdown(_("What a network is made of: one neuron, then a layer of them, then what learning does to a weight."))
lessons_overview(HERE)
lesson()

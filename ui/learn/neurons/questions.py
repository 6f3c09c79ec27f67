"""The three questions of the lesson on neurons."""

from __future__ import annotations

import math

from model.language import N_, _
from model.theory.neurons.dense import Dense, architecture
from model.theory.neurons.neuron import neuron
from ui.learn.formulas import factor, plus, products, tex
from ui.learn.neurons.gradient_descent import WeightDescent
from ui.learn.neurons.one_neuron import OneNeuron
from ui.learn.question import Question
from ui.shared.formatting import short_number

SMALLER, LARGER, SAME = N_("Smaller"), N_("Larger"), N_("Practically the same")
FASTER = 10
NOTICEABLE = 1e-3
"""Relative change of a loss that counts as a change."""


def swapped_inputs(shown: OneNeuron) -> Question:
    """The sum z with the first two inputs swapped."""
    inputs = shown.inputs.clone()
    inputs[:2] = inputs[:2].flip(0)
    answer = neuron(inputs, shown.weights, shown.bias, shown.activation).z
    filled = products(inputs.tolist(), shown.weights.tolist())
    return Question(
        "swapped",
        _(
            "In the neuron above, swap the numbers of the first two inputs and leave the weights where they are. What "
            "is the sum z then? Two decimals are enough."
        ),
        answer,
        f"$z = {filled} {plus(shown.bias)} = {tex(answer)}$\n\n"
        + _(
            "Before, z was {before}. A weight belongs to an input, whatever number the input has.",
            before=short_number(shown.result.z),
        ),
        tolerance=0.0051,
    )


def one_more_unit(dense: Dense) -> Question:
    """The parameters that another hidden unit adds."""
    now, then = (architecture(units) for units in (dense.units, dense.units + 1))
    weights, outputs = dense.network.dense.in_features, dense.network.output.out_features
    added = then.parameters - now.parameters
    return Question(
        "one_more",
        _(
            "The network above has {units} hidden units. How many parameters would one more unit add?",
            units=dense.units,
        ),
        added,
        f"${weights} + 1 + {outputs} = {added}$\n\n"
        + _(
            "It adds a weight for each pixel, its own bias, and a weight to each output. The outputs already have "
            "their biases."
        ),
    )


def faster_step(descent: WeightDescent) -> Question:
    """The loss after one step with ten times the learning rate."""
    rate = FASTER * descent.rate
    loss, slope = descent.loss.loss_and_slope(descent.weight)
    weight = descent.loss.step(descent.weight, rate)
    then = descent.loss.loss_and_slope(weight)[0]
    same = math.isclose(loss, then, rel_tol=NOTICEABLE, abs_tol=1e-6)
    answer = SAME if same else LARGER if then > loss else SMALLER
    explanations = {
        SMALLER: _("The step goes downhill. Even this long step ends lower than it began."),
        LARGER: _("The slope is right only near the point. The long step went over the valley and up the other side."),
        SAME: _(
            "The slope times the learning rate is so small, or the valley is so flat, that the loss hardly changes."
        ),
    }
    return Question(
        "faster",
        _(
            "Take one step from the present weight, with {times} times the learning rate above. Will the loss then be "
            "smaller or larger than now?",
            times=FASTER,
        ),
        _(answer),
        rf"$w: {tex(descent.weight)} - {factor(rate)} \cdot {factor(slope)} = {tex(weight)} \qquad "
        rf"L: {tex(loss)} \to {tex(then)}$" + f"\n\n{explanations[answer]}",
        tuple(_(choice) for choice in (SMALLER, LARGER, SAME)),
    )

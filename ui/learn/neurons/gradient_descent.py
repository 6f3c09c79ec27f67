"""Gradient descent on one weight of the small dense network, with a button for each step."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st
import torch
from torch import Tensor

from model.language import N_, _
from model.network.layers import CLASSES
from model.theory.neurons.dense import Dense
from model.theory.neurons.one_weight import OneWeight, one_weight
from ui.learn.controls import choose, choose_in_list
from ui.learn.formulas import factor, plus, tex
from ui.learn.layout import side_by_side
from ui.learn.neurons.dense_network import all_activations
from ui.learn.neurons.loss_curve import loss_curve
from ui.learn.neurons.state import NeuronsState, WeightKey
from ui.shared.formatting import short_number
from ui.shared.number_input import number_field
from ui.shared.state import state_of

ALL, DIGIT = "all", "digit"
_SOURCES = {ALL: N_("All training digits"), DIGIT: N_("Your digit alone")}
_START, _RATE = 0.0, 1.0
_MOST_STEPS = 200


@dataclass(frozen=True)
class WeightDescent:
    """loss: the loss as a function of the weight. weight: its value now. rate: the learning rate.

    before: the values before each step.
    """

    loss: OneWeight
    weight: float
    rate: float
    before: tuple[float, ...]


def gradient_descent(dense: Dense, unit: int, image: Tensor) -> WeightDescent:
    """Choose a weight, see the loss as a function of it, and let gradient descent change it."""
    key, loss, target = _choose_weight(dense, unit, image)
    state, start = state_of(NeuronsState), key[-1]
    steps = state.steps if state.weight == key and state.steps else [start]
    weight = steps[-1]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        rate = number_field(_("Learning rate"), _RATE, key="neurons_rate", width=140)
        st.button(
            _("One step"),
            icon=":material/step_over:",
            type="primary",
            key="neurons_step",
            on_click=_keep_steps,
            args=(key, [*steps, loss.step(weight, rate)][-_MOST_STEPS:]),
        )
        st.button(
            _("Back to the start"),
            icon=":material/undo:",
            key="neurons_back",
            on_click=_keep_steps,
            args=(key, [start]),
            disabled=len(steps) == 1,
        )
    descent = WeightDescent(loss, weight, rate, tuple(steps[:-1]))
    left, right = side_by_side("neurons_curve", "neurons_steps")
    with left:
        loss_curve(loss, weight, descent.before)
    with right:
        _loss(descent, target)
        _next_step(descent)
        _last_step(descent)
    return descent


def _choose_weight(dense: Dense, unit: int, image: Tensor) -> tuple[WeightKey, OneWeight, int]:
    """The controls; returns the chosen weight, the loss as a function of it, and which digit the drawing should be."""
    answer = int(dense.logits(image).argmax())
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        source = choose(
            _("The loss of"), list(_SOURCES), key="neurons_source", format_func=lambda each: _(_SOURCES[each])
        )
        target = answer
        if source == DIGIT:
            target = _choose_digit(_("Your digit is meant to be"), "neurons_target", answer)
        output = _choose_digit(_("Weight from unit {unit} to output", unit=unit + 1), "neurons_output", answer)
        start = number_field(_("It starts at"), _START, key="neurons_start", largest=20, width=120)
    if source == DIGIT:
        activations, labels = dense.activations(image)[None], torch.tensor([target])
    else:
        activations, labels = all_activations(dense.units, dense), dense.training.labels
    loss = one_weight(dense.network, activations, labels, unit, output)
    return (dense.units, unit, output, source, start), loss, target


def _choose_digit(label: str, key: str, default: int) -> int:
    return choose_in_list(label, range(CLASSES), key=key, default=default, width=210)


def _keep_steps(key: WeightKey, steps: list[float]) -> None:
    """Callback: keep the values of a weight."""
    state = state_of(NeuronsState)
    state.weight, state.steps = key, steps


def _loss(descent: WeightDescent, target: int) -> None:
    """The loss at the present weight, in words and as a formula."""
    loss = descent.loss.loss_and_slope(descent.weight)[0]
    if len(descent.loss.labels) == 1:
        st.markdown(
            _(
                "**Cross-entropy** uses only the share p that the network gives to the right digit, {digit}.",
                digit=target,
            )
        )
        st.latex(rf"L = -\ln p = -\ln {tex(descent.loss.probability(descent.weight, target))} = {tex(loss)}")
    else:
        st.markdown(
            _(
                "**Cross-entropy** uses only the share p that the network gives to the right digit: its loss is "
                "$-\\ln p$. L is the mean over all digits that the network was trained on."
            )
        )
        st.latex(rf"L = {tex(loss)}")


def _next_step(descent: WeightDescent) -> None:
    """The next step as a formula."""
    weight, slope = descent.weight, descent.loss.loss_and_slope(descent.weight)[1]
    after = descent.loss.step(weight, descent.rate)
    st.markdown(_("**The next step** subtracts the slope of the curve, times the learning rate:"))
    st.latex(
        rf"w - \eta\,\frac{{\partial L}}{{\partial w}} = {tex(weight)} - {factor(descent.rate)} \cdot {factor(slope)}"
    )
    st.latex(rf"= {tex(weight)} {plus(-descent.rate * slope)} = {tex(after)}")
    if slope == 0:
        st.markdown(
            _(
                "The slope is zero, so the weight does not change: either the activation of the unit is 0, or the "
                "network is already certain of the right answer."
            )
        )


def _last_step(descent: WeightDescent) -> None:
    """The weight and the loss before and after the last step."""
    before = ("", "")
    if descent.before:
        before = short_number(descent.before[-1]), short_number(descent.loss.loss_and_slope(descent.before[-1])[0])
    rows = [
        ("", _("Before the last step"), _("Now")),
        (":--", "--:", "--:"),
        (_("Weight"), before[0], short_number(descent.weight)),
        (_("Loss"), before[1], short_number(descent.loss.loss_and_slope(descent.weight)[0])),
        (_("Steps"), "", str(len(descent.before))),
    ]
    st.markdown("\n".join(f"| {' | '.join(row)} |" for row in rows))

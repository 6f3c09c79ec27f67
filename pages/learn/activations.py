"""Lesson 4: activation functions, their slopes, and what those do to a map and to a gradient."""

from __future__ import annotations

import streamlit as st
import torch

from model.language import N_, _
from model.theory.activations import NAMES, chain, function, shifted
from ui.components.activation_curves import activation_curves
from ui.learn.activations.feature_map import FeatureMap, before_and_after, choose_map, dead_or_alive, silent_maps
from ui.learn.activations.vanishing import LESSON, Vanishing, vanishing
from ui.learn.formulas import ACTIVATION, factor, tex
from ui.learn.lesson import lesson_picture, lesson_reading
from ui.learn.questions import Question, questions
from ui.shared.network_choice import chosen_network

HERE = "pages/learn/activations.py"

MUCH, SOME, LITTLE = N_("More than a tenth"), N_("Between a tenth and a thousandth"), N_("Less than a thousandth")
NOTHING = N_("Exactly nothing")
ALIVE, DEAD = N_("It still answers somewhere"), N_("It is dead")
DEEPER = 5
LOWER = 2.0


@st.fragment
def lesson() -> None:
    """All of it."""
    st.subheader(_("A curve and its slope"), anchor=False)
    st.markdown(
        _(
            "Drag the point, or move it with the arrow keys. On the left is what a neuron gives out for its sum z; on "
            "the right is the slope there, the factor by which a gradient shrinks on its way back."
        )
    )
    shown = choose_functions()
    activation_curves(shown, key="activations_curves")
    st.markdown(" \u2003 ".join(f"{_(NAMES[name])}: ${ACTIVATION[name]}$" for name in shown))

    st.subheader(_("On a feature map of your digit"), anchor=False)
    image = torch.from_numpy(lesson_picture())
    network = chosen_network().network
    source = choose_map(network, image)
    before_and_after(source, shown)
    silent_maps(network, image)

    st.subheader(_("Why gradients vanish"), anchor=False)
    st.markdown(
        _(
            "On its way back to the first layer a gradient is multiplied by one slope per layer. Choose a function and "
            "guess how much is left at the end, then look."
        )
    )
    made = vanishing(image, int(lesson_reading().digit or 0))

    st.subheader(_("A dead ReLU"), anchor=False)
    st.markdown(
        _(
            "The same map once more. Push the bias down until the whole map lies below zero: what can ReLU still pass "
            "on, and what can training still change?"
        )
    )
    shift = dead_or_alive(source)

    questions(HERE, lambda: [_deeper(made), _leaked(source), _lower(source, shift)])


def choose_functions() -> list[str]:
    """The functions to draw, at least one."""
    key = "activations_shown"
    kept = st.session_state.get(key)
    known = [name for name in NAMES if isinstance(kept, list) and name in kept]
    st.session_state[key] = known or list(LESSON)
    st.pills(
        _("Functions"),
        list(NAMES),
        selection_mode="multi",
        format_func=lambda name: _(NAMES[name]),
        key=key,
        persist_state="session",
    )
    return known or list(LESSON)


def _deeper(made: Vanishing) -> Question:
    """What is left of a gradient behind more layers."""
    layers = made.layers + DEEPER
    products = chain(made.function, made.z, layers)
    left, slope = products[-1], products[0]
    size = abs(left)
    answer = NOTHING if size == 0 else LITTLE if size < 1e-3 else SOME if size < 0.1 else MUCH
    return Question(
        "deeper",
        _(
            "{function} with the sum z above in every layer, on paper: how much of a gradient is left behind {layers} "
            "layers?",
            function=_(NAMES[made.function]),
            layers=layers,
        ),
        _(answer),
        rf"$f'({tex(made.z)})^{{{layers}}} = {factor(slope)}^{{{layers}}} = {tex(left)}$",
        tuple(_(choice) for choice in (MUCH, SOME, LITTLE, NOTHING)),
    )


def _leaked(source: FeatureMap) -> Question:
    """What leaky ReLU makes of the map's lowest number."""
    lowest = source.before.min()
    answer = float(function("leaky_relu")(lowest))
    return Question(
        "leaked",
        _(
            "Before the activation, the lowest number of the map above is {lowest:.2f}. What does leaky ReLU make of "
            "it? Three decimals are enough.",
            lowest=float(lowest),
        ),
        answer,
        rf"$f(z) = {ACTIVATION['leaky_relu']} \qquad f({tex(float(lowest))}) = {tex(answer)}$"
        + "\n\n"
        + _(
            "ReLU would make it {zero:g}, and with it the slope; the leak keeps both from vanishing.",
            zero=float(function("relu")(lowest)),
        ),
        tolerance=0.001,
    )


def _lower(source: FeatureMap, shift: float) -> Question:
    """Whether a filter is dead with a lower bias."""
    lower = shift - LOWER
    highest = float(source.before.max())
    answer = ALIVE if shifted("relu", source.before, lower).alive else DEAD
    return Question(
        "lower",
        _(
            "The highest number of the map is {highest:.2f} as the network has learned it, and you add {shift:+.2f}. "
            "Take {lower:g} more away from the bias. Is anything left of the map behind ReLU?",
            highest=highest,
            shift=shift,
            lower=LOWER,
        ),
        _(answer),
        rf"$\max(0,\, {tex(highest)} {shift:+.2f} - {LOWER:g}) = {tex(max(0.0, highest + lower))}$"
        + "\n\n"
        + _(
            "Where even the highest number is pushed below zero, every place has slope zero: the filter is dead for "
            "this picture. It is dead for good once that holds for all pictures."
        ),
        (_(ALIVE), _(DEAD)),
    )


st.title(_("Activation functions"), anchor=False)
st.markdown(
    _(
        "Without a bend, ten layers are no more than one: products and sums of products. The bend makes a network, and "
        "its slope decides what the network can learn."
    )
)
lesson()

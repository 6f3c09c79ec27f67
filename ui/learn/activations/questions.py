"""The three questions of the lesson on activation functions."""

from __future__ import annotations

from model.language import N_, _
from model.theory.activations import NAMES, activation_function, derivative_products, shift_bias
from ui.learn.activations.feature_map import FeatureMap
from ui.learn.activations.vanishing_gradient import VanishingSettings
from ui.learn.formulas import ACTIVATION, factor, tex
from ui.learn.question import Question

MUCH, SOME, LITTLE = N_("More than a tenth"), N_("Between a tenth and a thousandth"), N_("Less than a thousandth")
NOTHING = N_("Exactly nothing")
ALIVE, DEAD = N_("Some outputs are still above zero"), N_("It is dead")
MORE_LAYERS = 5
LOWER = 2.0
"""What is subtracted from the bias."""


def more_layers(settings: VanishingSettings) -> Question:
    """How much of a gradient is left after more layers."""
    layers = settings.layers + MORE_LAYERS
    products = derivative_products(settings.function, settings.z, layers)
    left, slope = products[-1], products[0]
    size = abs(left)
    answer = NOTHING if size == 0 else LITTLE if size < 1e-3 else SOME if size < 0.1 else MUCH
    return Question(
        "deeper",
        _(
            "On paper, every layer has {function} and the sum z above. How much of a gradient is left after {layers} "
            "layers?",
            function=_(NAMES[settings.function]),
            layers=layers,
        ),
        _(answer),
        rf"$f'({tex(settings.z)})^{{{layers}}} = {factor(slope)}^{{{layers}}} = {tex(left)}$",
        tuple(_(choice) for choice in (MUCH, SOME, LITTLE, NOTHING)),
    )


def leaky_relu_of_lowest(source: FeatureMap) -> Question:
    """The output of leaky ReLU for the lowest number of the map."""
    lowest = source.before.min()
    answer = float(activation_function("leaky_relu")(lowest))
    return Question(
        "leaked",
        _(
            "Before the activation, the lowest number of the map above is {lowest:.2f}. What is the output of leaky "
            "ReLU for it? Three decimals are enough.",
            lowest=float(lowest),
        ),
        answer,
        rf"$f(z) = {ACTIVATION['leaky_relu']} \qquad f({tex(float(lowest))}) = {tex(answer)}$"
        + "\n\n"
        + _(
            "ReLU would give {zero:g}, and its slope there is zero too. Leaky ReLU keeps a small output and a small "
            "slope.",
            zero=float(activation_function("relu")(lowest)),
        ),
        tolerance=0.001,
    )


def lower_bias(source: FeatureMap, shift: float) -> Question:
    """Whether the filter is dead with a lower bias. shift: what is added to the bias now."""
    lower = shift - LOWER
    highest = float(source.before.max())
    answer = ALIVE if shift_bias("relu", source.before, lower).alive else DEAD
    return Question(
        "lower",
        _(
            "The highest number of the map is {highest:.2f} with the learned bias, and you add {shift:+.2f}. Subtract "
            "another {lower:g} from the bias. Are any outputs of ReLU still above zero?",
            highest=highest,
            shift=shift,
            lower=LOWER,
        ),
        _(answer),
        rf"$\max(0,\, {tex(highest)} {shift:+.2f} - {LOWER:g}) = {tex(max(0.0, highest + lower))}$"
        + "\n\n"
        + _(
            "If even the highest number is below zero, the slope is zero at every place: the filter is dead for this "
            "picture. If this is so for all pictures, it stays dead."
        ),
        (_(ALIVE), _(DEAD)),
    )

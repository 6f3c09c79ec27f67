"""The three questions of the lesson on overfitting."""

from __future__ import annotations

import math

from model.language import _
from model.theory.overfitting.descent import STEPS, height, path, path_end, stable_rate
from model.theory.overfitting.loss import losses
from ui.components.descent import RATES
from ui.learn.overfitting.loss import LabelledDigit
from ui.learn.overfitting.memorization import Setting, curve_of, with_other_pictures
from ui.learn.overfitting.optimizers import NAMES, OptimizerSettings
from ui.learn.question import Question
from ui.shared.formatting import short_number

MARGIN = 2.0
"""Percentage points by which a gap must change to count as larger or smaller."""


def other_label(labelled: LabelledDigit) -> Question:
    """The loss if the digit were another one."""
    others = [digit for digit in range(len(labelled.shares)) if digit != labelled.label]
    digit = max(others, key=labelled.shares.__getitem__)
    loss = losses(labelled.logits, digit, 0.0)
    share = short_number(loss.probability, 3)
    return Question(
        "loss",
        _(
            "Suppose the digit of this lesson should be a **{digit}**, to which the network gives a share of {share}. "
            "How large would its loss be, without label smoothing? (To within 0.3.)",
            digit=digit,
            share=share,
        ),
        round(loss.loss, 2),
        _(
            "The loss is minus the natural logarithm of the share of the right digit: -ln({share}) = {loss:.2f}. If a "
            "share is ten times smaller, its loss is always larger by ln(10) = {ten:.2f}.",
            share=share,
            loss=loss.loss,
            ten=math.log(10),
        ),
        tolerance=0.3,
    )


def other_rate(descent: OptimizerSettings) -> Question:
    """Where plain SGD is after all steps with another learning rate."""
    rate = descent.choice.rate * 10
    rate = round(rate if rate <= RATES[-1] else descent.choice.rate / 10, 6)
    points = path(descent.surface, "sgd", descent.choice.start, rate, 0.0)
    end = path_end(descent.surface, points)
    ends = {
        "arrived": _("At the lowest point"),
        "under way": _("Somewhere else, on the map or outside it"),
        "diverged": _("It has diverged"),
    }
    if end == "diverged":
        result = _("It diverged at step {step}.", step=len(points) - 1)
    else:
        result = _(
            "After {steps} steps it is at ({x:.2f}, {y:.2f}), with a loss of {loss}.",
            steps=len(points) - 1,
            x=points[-1][0],
            y=points[-1][1],
            loss=f"{height(descent.surface, points[-1]):.3g}",
        )
    reason = _(
        "Each step is the learning rate times the slope. Near the lowest point, plain SGD stays there with rates below "
        "{rate}. With larger rates each step overshoots more than the last.",
        rate=f"{stable_rate(descent.surface):.3g}",
    )
    return Question(
        "rate",
        _(
            "The surface and the start stay as they are above ({surface}, from ({x}, {y})), but the learning rate "
            "becomes **{rate}**. Where is plain SGD after {steps} steps?",
            surface=_(NAMES[descent.surface.key]),
            rate=short_number(rate),
            steps=STEPS,
            x=short_number(descent.choice.start[0]),
            y=short_number(descent.choice.start[1]),
        ),
        ends[end],
        f"{result} {reason}",
        tuple(ends.values()),
    )


def other_pictures(setting: Setting) -> Question:
    """How another number of training pictures changes the gap between training and validation accuracy."""
    other = with_other_pictures(setting)
    now, then = 100 * curve_of(setting).gap, 100 * curve_of(other).gap
    choices = (
        _("It grows by more than {points} points", points=short_number(MARGIN)),
        _("It changes by less than that"),
        _("It shrinks by more than {points} points", points=short_number(MARGIN)),
    )
    right = choices[0] if then > now + MARGIN else choices[2] if then < now - MARGIN else choices[1]
    return Question(
        "pictures",
        _(
            "The network with the settings above gets **{other}** training pictures instead of {pictures}. How does "
            "the gap between training and validation accuracy change, which is {gap:.1f} points now?",
            other=other.pictures,
            pictures=setting.pictures,
            gap=now,
        ),
        right,
        _(
            "With {other} pictures the gap is {then:.1f} points, with {pictures} it is {now:.1f}. With more pictures "
            "it is harder to learn each of them by heart. Then more of what the network learns is also true for other "
            "pictures.",
            other=other.pictures,
            pictures=setting.pictures,
            now=now,
            then=then,
        ),
        choices,
    )

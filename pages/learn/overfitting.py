"""Lesson 6: loss, optimizers, batches; training against validation, and what helps against learning by heart."""

import math

import streamlit as st
import torch

from model.language import _
from model.theory.overfitting.descent import STEPS, fate, height, path, stable_rate
from model.theory.overfitting.loss import losses
from ui.components.descent import RATES
from ui.learn.lesson import lesson_picture
from ui.learn.overfitting.augmentation import augmentation
from ui.learn.overfitting.batches import show_noise, steps
from ui.learn.overfitting.descent import NAMES, Descent, optimizers
from ui.learn.overfitting.dropout import dropout
from ui.learn.overfitting.loss import Judged, loss_of_digit
from ui.learn.overfitting.memorization import Setting, by_heart, curve_of, with_other_pictures
from ui.learn.questions import Question, questions
from ui.shared.formatting import written
from ui.shared.menu import link_to
from ui.shared.network_choice import chosen_network
from ui.train.experiments.all_texts import TEXTS

HERE = "pages/learn/overfitting.py"
GUIDED = ("overfitting", "rate", "labels")
MARGIN = 2.0  # points by which a gap must change to count as larger or smaller


def ask_loss(judged: Judged) -> Question:
    """What the loss would be if another digit were meant."""
    others = [digit for digit in range(len(judged.shares)) if digit != judged.label]
    digit = max(others, key=judged.shares.__getitem__)
    loss = losses(judged.logits, digit, 0.0)
    share = written(loss.share, 3)
    return Question(
        "loss",
        _(
            "Suppose the digit of this lesson were meant as a **{digit}**, to which the network gives a share of "
            "{share}. How large would its loss be, without label smoothing? (To within 0.3.)",
            digit=digit,
            share=share,
        ),
        round(loss.loss, 2),
        _(
            "The loss is minus the natural logarithm of the share of the right digit: -ln({share}) = {loss}. A tenth "
            "of the share adds ln(10) = {ten} to it, wherever one starts.",
            share=share,
            loss=f"{loss.loss:.2f}",
            ten=f"{math.log(10):.2f}",
        ),
        tolerance=0.3,
    )


def ask_rate(descent: Descent) -> Question:
    """Where plain SGD gets to with another learning rate."""
    rate = descent.choice.rate * 10
    rate = round(rate if rate <= RATES[-1] else descent.choice.rate / 10, 6)
    points = path(descent.surface, "sgd", descent.choice.start, rate, 0.0)
    ends = {
        "arrived": _("At the lowest point"),
        "under way": _("Somewhere else on the map or beyond"),
        "diverged": _("Nowhere: it has diverged"),
    }
    if fate(descent.surface, points) == "diverged":
        came = _("It diverged at step {step}.", step=len(points) - 1)
    else:
        came = _(
            "After {steps} steps it is at ({x}, {y}), with a loss of {loss}.",
            steps=len(points) - 1,
            x=f"{points[-1][0]:.2f}",
            y=f"{points[-1][1]:.2f}",
            loss=f"{height(descent.surface, points[-1]):.3g}",
        )
    why = _(
        "Each step is the learning rate times the slope. Close to the lowest point, plain SGD settles with rates below "
        "{rate}; with larger ones each step overshoots further than the last.",
        rate=f"{stable_rate(descent.surface):.3g}",
    )
    return Question(
        "rate",
        _(
            "The surface and the start stay as they are above ({surface}, from ({x}, {y})), but the learning rate "
            "becomes **{rate}**. Where is plain SGD after {steps} steps?",
            surface=_(NAMES[descent.surface.key]),
            rate=written(rate),
            steps=STEPS,
            x=written(descent.choice.start[0]),
            y=written(descent.choice.start[1]),
        ),
        ends[fate(descent.surface, points)],
        f"{came} {why}",
        tuple(ends.values()),
    )


def ask_pictures(setting: Setting) -> Question:
    """What other pictures do to the gap between training and validation."""
    other = with_other_pictures(setting)
    now, then = 100 * curve_of(setting).gap, 100 * curve_of(other).gap
    choices = (
        _("It grows by more than {points} points", points=written(MARGIN)),
        _("It changes by less than that"),
        _("It shrinks by more than {points} points", points=written(MARGIN)),
    )
    right = choices[0] if then > now + MARGIN else choices[2] if then < now - MARGIN else choices[1]
    return Question(
        "pictures",
        _(
            "The network with the settings above gets **{other}** training pictures in place of {pictures}. What "
            "becomes of the gap between training and validation accuracy, {gap} points now?",
            other=other.pictures,
            pictures=setting.pictures,
            gap=f"{now:.1f}",
        ),
        right,
        _(
            "With {other} pictures the gap is {then} points, with {pictures} it is {now}. The more pictures there are, "
            "the more it costs to learn each by heart, and the more of what it learns holds for others too.",
            other=other.pictures,
            pictures=setting.pictures,
            now=f"{now:.1f}",
            then=f"{then:.1f}",
        ),
        choices,
    )


@st.fragment
def lesson() -> None:
    """All sections; what takes a moment at the first visit comes last, into its place."""
    recognizer = chosen_network()
    image = torch.from_numpy(lesson_picture())

    st.subheader(_("Loss: how wrong is it?"), anchor=False)
    judged = loss_of_digit(recognizer, image)
    st.subheader(_("Optimizers: which way is down?"), anchor=False)
    descent = optimizers()
    st.subheader(_("Epochs, batches, steps"), anchor=False)
    steps()
    noise = st.container(key="overfitting_noise")
    st.subheader(_("Training against validation"), anchor=False)
    setting = by_heart()
    st.subheader(_("Dropout: switch units off"), anchor=False)
    dropout(recognizer, image)
    st.subheader(_("Augmentation: your digit, varied"), anchor=False)
    augmentation(recognizer, image)
    st.subheader(_("Try it on the real network"), anchor=False)
    st.markdown(_("Guided experiments train networks with convolutions, and let you predict first."))
    with st.container(horizontal=True, gap="medium"):
        for key in GUIDED:
            link_to("pages/train/experiments.py", label=_(TEXTS[key].title), query={"experiment": key})

    if setting is not None:
        questions(HERE, lambda: [ask_loss(judged), ask_rate(descent), ask_pictures(setting)])
    show_noise(recognizer, noise)


st.title(_("Training and overfitting"), anchor=False)
st.markdown(
    _(
        "How a network gets its weights: what it tries to make small, how it finds the way down, and how to tell "
        "understanding from learning by heart."
    )
)
lesson()

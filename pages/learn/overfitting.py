"""Lesson 6: loss, optimizers and batches; training against validation, and what helps against overfitting."""

from __future__ import annotations

import streamlit as st

from model.language import _
from ui.learn.layout import lesson_title, section
from ui.learn.lesson_digit import lesson_picture
from ui.learn.overfitting.augmentation import augmentation
from ui.learn.overfitting.dropout import dropout
from ui.learn.overfitting.gradient_noise import show_gradient_noise
from ui.learn.overfitting.loss import loss_of_digit
from ui.learn.overfitting.memorization import memorization
from ui.learn.overfitting.optimizers import optimizers
from ui.learn.overfitting.questions import other_label, other_pictures, other_rate
from ui.learn.overfitting.steps import training_steps
from ui.learn.questions import questions
from ui.shared.menu import link_to
from ui.shared.network_choice import chosen_network
from ui.train.experiments.all_texts import TEXTS

HERE = "pages/learn/overfitting.py"
GUIDED_EXPERIMENTS = ("overfitting", "rate", "labels")


@st.fragment
def lesson() -> None:
    """All sections, because another drawing changes most of them."""
    recognizer = chosen_network()
    image = lesson_picture()

    section(_("Loss: how wrong is the answer?"))
    labelled = loss_of_digit(recognizer, image)
    section(_("Optimizers: which way is down?"))
    descent = optimizers()
    section(_("Epochs, batches, steps"))
    training_steps()
    place_of_noise = st.container(key="overfitting_noise")
    section(_("Training against validation"))
    setting = memorization()
    section(_("Dropout: switch units off"))
    dropout(recognizer, image)
    section(_("Augmentation: your digit, varied"))
    augmentation(recognizer, image)
    section(
        _("Try it on the real network"),
        _(
            "In a guided experiment you first predict the result. Then networks with convolutions are trained to test "
            "your prediction."
        ),
    )
    with st.container(horizontal=True, gap="medium"):
        for key in GUIDED_EXPERIMENTS:
            link_to("pages/train/experiments.py", label=_(TEXTS[key].title), query={"experiment": key})

    if setting is not None:
        questions(HERE, lambda: [other_label(labelled), other_rate(descent), other_pictures(setting)])
    show_gradient_noise(recognizer, place_of_noise)  # last, because it takes a moment at the first visit


lesson_title(
    _("Training and overfitting"),
    _(
        "How a network gets its weights: the loss that training makes small, the optimizers that find smaller losses, "
        "and the difference between understanding and learning by heart."
    ),
)
lesson()

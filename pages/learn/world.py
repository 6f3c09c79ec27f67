"""Lesson 7: where CNNs are used and where they fail, their limits, and three common questions."""

from __future__ import annotations

import streamlit as st

from model.language import _
from ui.learn.layout import lesson_title, section
from ui.learn.lesson_digit import lesson_picture
from ui.learn.questions import questions
from ui.learn.world.answers import show_answers
from ui.learn.world.compute import compute
from ui.learn.world.limits import limits
from ui.learn.world.nonsense import read_nonsense
from ui.learn.world.perturbation import perturb_digit
from ui.learn.world.questions import largest_move, most_multiplications, negative_digit
from ui.learn.world.uses import uses
from ui.shared.identity import student
from ui.shared.network_choice import chosen_network

HERE = "pages/learn/world.py"


@st.fragment
def lesson(owner: str) -> None:
    """All sections. owner: the student whose runs are shown in the answers."""
    recognizer = chosen_network()
    section(_("Where CNNs are used"))
    uses()
    section(_("Where does the network fail?"))
    image = lesson_picture()
    kind = perturb_digit(recognizer, image)
    section(_("It always gives an answer"))
    read_nonsense(recognizer, image)
    section(_("What a network costs"))
    compute(recognizer)
    section(_("Limits of CNNs today"))
    limits()
    section(_("Three common questions"))
    show_answers(owner)
    questions(
        HERE,
        lambda: [
            largest_move(recognizer, image, kind),
            negative_digit(recognizer, image),
            most_multiplications(recognizer.checkpoint.model),
        ],
    )


lesson_title(
    _("CNNs in the world, and questions"),
    _("What such networks do outside this app, where they fail, and how you can see the same failures here."),
)
lesson(student())

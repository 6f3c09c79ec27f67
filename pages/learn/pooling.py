"""Lesson 3: pooling of numbers and of the student's digit."""

from __future__ import annotations

import streamlit as st

from model.language import _
from ui.learn.layout import lesson_title, section
from ui.learn.lesson_digit import lesson_picture
from ui.learn.pooling.maps import pool_source, pooling_of_network
from ui.learn.pooling.questions import move_by_window, other_kind, other_stride
from ui.learn.pooling.settings import choose_pooling
from ui.learn.pooling.shift import show_shift
from ui.learn.pooling.size import numbers_left
from ui.learn.pooling.source import choose_source
from ui.learn.pooling.window import grid_to_pool
from ui.learn.questions import questions
from ui.shared.network_choice import chosen_network

HERE = "pages/learn/pooling.py"


@st.fragment
def lesson() -> None:
    """All sections, because all of them pool with the settings at the top."""
    recognizer = chosen_network()
    pooling = choose_pooling()

    section(
        _("A window slides over numbers"),
        _(
            "Move the window with the mouse, a finger or the arrow keys, or press Play. Guess each number before the "
            "window gets there. You can change all numbers in the fields below."
        ),
    )
    grid = grid_to_pool(pooling)

    section(_("Over your digit"))
    image = lesson_picture()
    st.markdown(pooling_of_network(recognizer.checkpoint.model))
    source = choose_source(recognizer.network, image)
    pool_source(source, pooling)

    section(
        _("What a small shift changes"),
        _(
            "If the digit moves by a few pixels, its picture has other numbers in most places. How much of this "
            "difference is left after pooling?"
        ),
    )
    show_shift(source, pooling)

    section(_("How many numbers are left"))
    numbers_left(source, pooling, recognizer.checkpoint.model)

    questions(HERE, lambda: [other_kind(grid, pooling), other_stride(source, pooling), move_by_window(source, pooling)])


lesson_title(
    _("Pooling"),
    _(
        "Pooling keeps one number of each window of a map: the largest, or the mean. The result is smaller, and it "
        "depends less on the exact place of a stroke."
    ),
)
lesson()

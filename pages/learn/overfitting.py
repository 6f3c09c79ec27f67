"""Under construction."""

import numpy as np
import streamlit as st

from model.language import _
from ui.lesson import lesson_picture
from ui.numbers import number_grid
from ui.questions import Question, lessons_overview, questions

HERE = "pages/learn/neurons.py"


@st.fragment
def lesson() -> None:
    lesson_picture()
    st.write(number_grid("Kernel", np.array([[0, 1 / 9, 0], [1, 1, 1], [2, 2, 2.0]]), key="k"))
    questions(HERE, lambda: [Question("a", "How much is 1 + 1?", 2.0, "Count."), Question("b", "Which?", "no", "Because.", ("yes", "no"))])


st.title("Stub", anchor=False)
lessons_overview(HERE)
lesson()

"""All lessons as links, with the student's progress in each."""

from __future__ import annotations

import streamlit as st

from model.language import _
from ui.learn.replies import PER_LESSON, progress
from ui.shared.menu import LESSONS, link_to


def lessons_overview(here: str) -> None:
    """All lessons in their order, each with the number of questions answered. here: the script of this lesson."""
    with st.container(key="lessons"):
        for number, entry in enumerate(LESSONS, start=1):
            done = min(progress(entry.script), PER_LESSON)
            with st.container(border=True, key=f"lesson_{number}", gap="xxsmall"):
                title = f"{number}. {_(entry.title)}"
                link_to(entry.script, label=f"**{title}**" if entry.script == here else title)
                marks = "".join(f":material/{'check_circle' if at < done else 'circle'}:" for at in range(PER_LESSON))
                answered = _("{done} of {all} answered", done=done, all=PER_LESSON)
                st.caption(f"{marks} {answered}")

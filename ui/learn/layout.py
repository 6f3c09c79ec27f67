"""How every lesson is laid out: its title, its sections, and two parts next to each other."""

from __future__ import annotations

from typing import Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator


def lesson_title(title: str, introduction: str) -> None:
    """The head of a lesson."""
    st.title(title, anchor=False)
    st.markdown(introduction)


def section(title: str, introduction: str = "") -> None:
    """The head of one section of a lesson."""
    st.subheader(title, anchor=False)
    if introduction:
        st.markdown(introduction)


def side_by_side(
    left: str | int, right: str | int, *, gap: Literal["medium", "large"] = "medium", centred: bool = False
) -> tuple[DeltaGenerator, DeltaGenerator]:
    """Two containers next to each other, one below the other where there is no room.

    left, right: the key of the container, whose width the style sheet sets; or its width in pixels.
    """
    with st.container(horizontal=True, gap=gap, vertical_alignment="center" if centred else "top"):
        first, second = (
            st.container(key=part) if isinstance(part, str) else st.container(width=part) for part in (left, right)
        )
    return first, second

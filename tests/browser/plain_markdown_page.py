"""An app that shows texts from outside by plain_markdown, for test_plain_markdown.py."""

import sys
from pathlib import Path

import streamlit as st

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.browser.hostile_texts import HOSTILE_TEXTS
from ui.shared.formatting import plain_markdown

for number, text in enumerate(HOSTILE_TEXTS):
    with st.container(key=f"plain_{number}"):
        st.markdown(plain_markdown(text))
    with st.container(key=f"bold_{number}"):
        st.markdown(f"**{plain_markdown(text)}**")

"""Feature maps."""

import streamlit as st

st.title("Feature maps", anchor=False)

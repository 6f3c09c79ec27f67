"""Why?."""

import streamlit as st

st.title("Why?", anchor=False)

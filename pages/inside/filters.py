"""Filters."""

import streamlit as st

st.title("Filters", anchor=False)

"""The data set of all pages."""

from __future__ import annotations

import streamlit as st

from model.data.datasets import DataSet, load_data


@st.cache_resource(show_spinner=False)
def data_set() -> DataSet:
    """The data set of all pages, loaded once for all sessions: MNIST, or the offline digits. Raises DataError."""
    return load_data()

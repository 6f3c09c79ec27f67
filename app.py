"""Digit Lab: the door. Start it with `make app` or `streamlit run app.py`."""

from pathlib import Path

import streamlit as st

from ui.network import choose_network

HERE = Path(__file__).parent

st.set_page_config(page_title="Digit Lab", page_icon=HERE / "ui/favicon.png", layout="wide")
st.html(HERE / "ui/style.css")

page = st.navigation(
    {
        "Draw": [
            st.Page(
                "pages/draw/draw.py",
                title="Draw a digit",
                icon=":material/draw:",
                help="Draw a digit, see the network read it, and follow your ink through the preprocessing.",
                default=True,
            ),
        ],
        "Inside": [
            st.Page(
                "pages/inside/network.py",
                title="The network",
                icon=":material/account_tree:",
                help="Layers, sizes and parameters of the chosen network, and how it was trained.",
            ),
        ],
    }
)
choose_network()
page.run()

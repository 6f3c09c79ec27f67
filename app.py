"""Digit Lab: the door. Start it with `make app` or `streamlit run app.py`."""

from pathlib import Path

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

from ui.memory import freeze_modules
from ui.network import choose_network
from ui.runs import resume_queue

HERE = Path(__file__).parent

st.set_page_config(page_title="Digit Lab", page_icon=HERE / "ui/favicon.png", layout="wide", initial_sidebar_state=230)
st.html(HERE / "ui/style.css")

# For its first run a fresh server takes the folder pages/ for an older kind of app, and tells a deep link that its page
# does not exist. st.navigation teaches it better, and then the browser only has to ask again.
mistaken = PagesManager.uses_pages_directory
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
                "pages/inside/feature_maps.py",
                title="Feature maps",
                icon=":material/visibility:",
                help="Every layer at work on your digit, down to the arithmetic of a single number.",
            ),
            st.Page(
                "pages/inside/filters.py",
                title="Filters",
                icon=":material/grid_view:",
                help="What each filter has learned to look for, and what the network loses without it.",
            ),
            st.Page(
                "pages/inside/why.py",
                title="Why?",
                icon=":material/psychology_alt:",
                help="Which parts of your digit decided the answer, and what would change it.",
            ),
            st.Page(
                "pages/inside/network.py",
                title="The network",
                icon=":material/account_tree:",
                help="Layers, sizes and parameters of the chosen network, and how it was trained.",
            ),
        ],
        "Train": [
            st.Page(
                "pages/train/retrain.py",
                title="Retrain",
                icon=":material/tune:",
                help="Train a network of your own with sliders, and watch it learn.",
            ),
            st.Page(
                "pages/train/compare.py",
                title="Compare runs",
                icon=":material/compare_arrows:",
                help="Training runs next to each other, and a walk through the snapshots of one.",
            ),
            st.Page(
                "pages/train/experiments.py",
                title="Experiments",
                icon=":material/science:",
                help="Questions about networks: predict, let the runs decide, and compare.",
            ),
        ],
    }
)
if mistaken and page.url_path:
    st.html("<script>location.reload()</script>", unsafe_allow_javascript=True)
choose_network()
resume_queue()
page.run()
freeze_modules()

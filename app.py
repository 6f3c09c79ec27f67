"""Digit Lab: the entry point. Start it with `make app` or `streamlit run app.py`."""

from pathlib import Path

import streamlit as st

from ui.shared.garbage_collection import freeze_modules
from ui.shared.i18n import choose_language, follow_language
from ui.shared.menu import navigation
from ui.shared.network_choice import choose_network
from ui.shared.server import lifespan
from ui.train.run_store import resume_queue

HERE = Path(__file__).parent


def show_page() -> None:
    """The page that the address names, with the menu and the choosers of the sidebar."""
    st.set_page_config(
        page_title="Digit Lab", page_icon=HERE / "ui/shared/favicon.png", layout="wide", initial_sidebar_state=230
    )
    st.html(HERE / "ui/shared/style.css")
    follow_language()
    page = navigation()
    choose_network()
    choose_language()
    resume_queue()
    page.run()
    freeze_modules()


if __name__ == "__main__":  # Streamlit runs this file so for every visitor and every interaction
    show_page()
else:  # `streamlit run` imports it once, finds `app` in it and serves it
    app = st.App(__file__, lifespan=lifespan)

"""Digit Lab: the door. Start it with `make app` or `streamlit run app.py`."""

from pathlib import Path

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

from model.logs import set_up_logging
from ui.shared.garbage_collection import freeze_modules
from ui.shared.i18n import choose_language, follow_language
from ui.shared.menu import navigation
from ui.shared.network_choice import choose_network
from ui.train.run_store import resume_queue

HERE = Path(__file__).parent

set_up_logging()

st.set_page_config(
    page_title="Digit Lab", page_icon=HERE / "ui/shared/favicon.png", layout="wide", initial_sidebar_state=230
)
st.html(HERE / "ui/shared/style.css")
follow_language()

# For its first run a fresh server takes the folder pages/ for an older kind of app, and tells a deep link that its page
# does not exist. st.navigation teaches it better, and then the browser only has to ask again.
mistaken = PagesManager.uses_pages_directory
page = navigation()
if mistaken and page.url_path:
    st.html("<script>location.reload()</script>", unsafe_allow_javascript=True)
choose_network()
choose_language()
resume_queue()
page.run()
freeze_modules()

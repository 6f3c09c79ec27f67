"""Digit Lab: the entry point. Start it with `make app` or `streamlit run app.py`."""

import streamlit as st

if __name__ == "__main__":  # Streamlit runs this file like this for every visitor and every interaction
    from pathlib import Path

    from model.process import use_one_thread
    from ui.shared.garbage_collection import freeze_modules
    from ui.shared.i18n import choose_language, follow_language
    from ui.shared.menu import navigation
    from ui.shared.network_choice import choose_network
    from ui.train.run_store import resume_queue

    HERE = Path(__file__).parent

    st.set_page_config(
        page_title="Digit Lab", page_icon=HERE / "ui/shared/favicon.png", layout="wide", initial_sidebar_state=230
    )
    st.html(HERE / "ui/shared/style.css")
    use_one_thread()  # training runs in processes of its own
    follow_language()
    page = navigation()
    choose_network()
    choose_language()
    resume_queue()
    page.run()
    freeze_modules()
else:  # `streamlit run` imports it once, finds `app` in it and serves it
    from ui.shared.server import lifespan

    app = st.App(__file__, lifespan=lifespan)

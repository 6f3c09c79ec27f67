"""What happens once per server, before the first visitor comes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st

from model.logs import set_up_logging
from model.process import use_one_thread
from ui.shared.page_discovery import end_page_discovery


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """The lifespan of the app's server, as `st.App` takes it."""
    set_up_logging()
    end_page_discovery()
    use_one_thread()  # training runs in processes of its own
    yield

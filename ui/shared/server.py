"""Code that runs once per server, before the first visitor comes."""

from __future__ import annotations

import importlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from threading import Thread

import streamlit as st

from model.logs import set_up_logging
from ui.shared.page_discovery import end_page_discovery

SLOW_MODULES = ("torch", "pandas", "ui.shared.network_choice")


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """The lifespan of the app's server, as `st.App` takes it.

    The slow modules are imported in a thread, while the browser of the first visitor loads Streamlit's own files.
    """
    set_up_logging()
    end_page_discovery()
    Thread(target=_import_slow_modules, daemon=True).start()
    yield


def _import_slow_modules() -> None:
    for name in SLOW_MODULES:
        importlib.import_module(name)

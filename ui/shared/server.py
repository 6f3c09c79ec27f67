"""What happens once per server, before the first visitor comes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
import torch

from model.logs import set_up_logging
from ui.shared.page_discovery import end_page_discovery


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """The lifespan of the app's server, as `st.App` takes it."""
    set_up_logging()
    end_page_discovery()
    # For the whole process: one picture is read in 0.3 ms, and on a busy machine waiting for a second thread makes that
    # 50 ms. Training runs in processes of its own.
    torch.set_num_threads(1)
    yield

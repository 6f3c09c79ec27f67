"""The network's file for the browser."""

from __future__ import annotations

from model.network.config import ModelConfig
from tests.js.write_vectors import random_recognizer
from ui.components.engine import pack


def test_the_bytes_for_the_browser_are_the_same_every_time() -> None:
    """Otherwise Streamlit would send them again, 370 KB for every full run of the app."""
    recognizer = random_recognizer(ModelConfig(), seed=5)
    assert pack(recognizer.fingerprint, recognizer) is pack(recognizer.fingerprint, recognizer)

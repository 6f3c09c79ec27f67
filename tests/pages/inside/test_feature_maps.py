"""The page of the feature maps sends its data to the browser; the view itself is tested in Chromium."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from model.network.checkpoint import Checkpoint, save_checkpoint
from model.recognizer import Recognizer
from tests.browser_parts import parts_named
from tests.pages.conftest import four

PAGE = "pages/inside/feature_maps.py"


def sent(app: AppTest, component: str) -> Any:
    """The data of the browser part with that name."""
    found = parts_named(app, component)
    assert len(found) == 1
    return json.loads(found[0].json) if found[0].WhichOneof("data") == "json" else found[0].bytes


def test_the_browser_gets_the_picture_that_the_network_saw(open_app: Callable[..., AppTest]) -> None:
    app = open_app(four())
    app.switch_page(PAGE).run()
    assert not app.exception
    reading = sent(app, "current_reading")
    image = np.frombuffer(base64.b64decode(reading["image"]), np.float32).reshape(28, 28)
    assert np.allclose(image, Recognizer.load().read(four()).image, atol=1e-6)
    assert reading["blank"] is False
    assert reading["steps"] == {"crop": True, "fit": True, "center": True}


def test_without_a_drawing_the_picture_is_empty(open_app: Callable[..., AppTest]) -> None:
    app = open_app()
    app.switch_page(PAGE).run()
    assert not app.exception
    reading = sent(app, "current_reading")
    assert reading["blank"] is True
    assert not any(base64.b64decode(reading["image"]))


@pytest.mark.mnist
def test_a_test_picture_is_shown(open_app: Callable[..., AppTest]) -> None:
    app = open_app()
    app.switch_page(PAGE).run()
    app.segmented_control(key="source").set_value("Test picture").run()
    assert not app.exception
    reading = sent(app, "current_reading")
    assert reading["blank"] is False


def test_the_page_follows_the_chosen_network(
    open_app: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, small_checkpoint: Checkpoint
) -> None:
    app = open_app()
    app.switch_page(PAGE).run()
    shipped = sent(app, "engine")
    save_checkpoint(small_checkpoint, tmp_path / "checkpoints" / "small.safetensors")
    monkeypatch.chdir(tmp_path)
    app.run()
    app.selectbox(key="network").select("small").run()
    assert not app.exception
    assert any("small" in text.value for text in app.main.markdown)
    small = sent(app, "engine")
    assert len(small) < len(shipped)
    header = json.loads(small[8 : 8 + int.from_bytes(small[:8], "little")])["__metadata__"]
    layers = json.loads(header["layers"])
    assert [layer["output"][0] for layer in layers if layer["kind"] == "convolution"] == [8, 16]

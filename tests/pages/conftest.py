"""The app's pages without a browser, by Streamlit's own AppTest."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import streamlit as st
from altair import LayerChart
from numpy.typing import NDArray
from PIL import Image
from streamlit.testing.v1 import AppTest

from model.data.datasets import DataSet
from model.data.painting import render_strokes
from model.data.strokes import Stroke, place_strokes
from tests.trained_runs import trained_runs
from ui.draw.canvas import KEY, SIDE

__all__ = ["trained_runs"]

ROOT = Path(__file__).parents[2]
FOUR: tuple[Stroke, ...] = (((25.0, 0.0), (0.0, 60.0), (65.0, 60.0)), ((50.0, 25.0), (50.0, 100.0)))


def four(size: float = 220) -> NDArray[np.uint8]:
    return render_strokes(place_strokes(FOUR, SIDE, size, 22), 22, SIDE)


def data_url(pixels: NDArray[np.uint8]) -> str:
    file = io.BytesIO()
    Image.fromarray(np.dstack([pixels, pixels, pixels, np.full_like(pixels, 255)])).save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


@pytest.fixture(autouse=True)
def valid_charts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every chart that a page draws must be valid Vega-Lite: the browser ignores a wrong part without a message."""
    draw_chart = st.vega_lite_chart

    def check_and_draw(data: Any, spec: dict[str, Any], **options: Any) -> Any:
        LayerChart.from_dict(spec)
        return draw_chart(data, spec, **options)

    monkeypatch.setattr(st, "vega_lite_chart", check_and_draw)


@pytest.fixture
def open_app(monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """Opens the app. pixels: the drawing that the canvas has sent. url, objects: raw values from the canvas instead."""
    monkeypatch.chdir(ROOT)  # the command of the README is given there

    def run(pixels: NDArray[np.uint8] | None = None, url: Any = None, objects: Any = None) -> AppTest:
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        if pixels is not None:
            url = data_url(pixels)
        if url is not None or objects is not None:
            app.session_state[KEY] = {
                "drawing": {"raw": {"objects": objects or []}, "data": url},
                "backgroundFit": None,
            }
        app.run()
        assert not app.exception
        return app

    return run


@pytest.fixture
def offline_data(digits: DataSet, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The offline digits instead of MNIST, and no results of other tests."""
    st.cache_resource.clear()
    monkeypatch.setattr("ui.shared.data_set.load_data", lambda: digits)
    yield
    st.cache_resource.clear()


def answer(app: AppTest) -> str:
    """The text of the prediction on the page."""
    part = app.container(key="prediction")
    return f"{part.header[0].value} {part.markdown[0].value}"

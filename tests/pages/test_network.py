"""The network's page tells what the checkpoint holds."""

from __future__ import annotations

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from model.config import ModelConfig


def test_the_table_holds_every_layer_and_all_parameters(open_app: Callable[..., AppTest]) -> None:
    app = open_app()
    app.switch_page("pages/inside/network.py").run()
    assert not app.exception
    table = app.dataframe[0].value
    assert table["Output"].iloc[0] == "32x26x26"
    assert table["Parameters"].sum() == ModelConfig().parameters
    assert "93,322" in [metric.value for metric in app.metric]

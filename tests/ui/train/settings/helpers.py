"""A page with the form of settings and its summary, and short ways to use it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from streamlit.testing.v1 import AppTest

from model.network.config import ModelConfig
from model.network.train_config import TrainConfig

DEFAULTS = (ModelConfig(), TrainConfig())
PAGE = """
import streamlit as st
from ui.train.settings.form import settings_form
from ui.train.settings.summary import network_summary
st.session_state["got"] = settings_form()
network_summary(st.session_state["got"])
"""


def checked(app: AppTest) -> AppTest:
    assert not app.exception
    return app


def got(app: AppTest) -> Any:
    return app.session_state["got"]


def layers(app: AppTest, count: int) -> AppTest:
    return checked(app.segmented_control(key="setting_layers").set_value(count).run())


def move(app: AppTest, name: str, value: Any) -> AppTest:
    return checked(widget(app, name).set_value(value).run())


def show(app: AppTest, group: str | None) -> AppTest:
    return checked(app.segmented_control(key="settings_group").set_value(group).run())


def in_order(block: Any) -> Iterator[Any]:
    """Every element of the page from top to bottom."""
    for child in block.children.values():
        if hasattr(child, "children"):
            yield from in_order(child)
        else:
            yield child


def widgets(app: AppTest) -> dict[str, Any]:
    return {
        element.key: element for element in in_order(app.main) if str(getattr(element, "key", None)).startswith("s")
    }


def widget(app: AppTest, name: str) -> Any:
    return widgets(app)[f"setting_{name}"]


def just_before_the_error(app: AppTest) -> str:
    elements = list(in_order(app.main))
    (place,) = [number for number, element in enumerate(elements) if element.type == "error"]
    return str(elements[place - 1].key)

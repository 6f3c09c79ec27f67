"""Finds browser parts in a page that AppTest has run."""

from __future__ import annotations

from typing import Any

from streamlit.testing.v1 import AppTest

from model.language import language
from ui.components.serving import component_name


def parts_named(app: AppTest, part: str) -> list[Any]:
    """The messages of the app to every browser part of this name, as Streamlit's `BidiComponent`."""
    name = component_name(part, language())
    return [node.proto for node in app.get("bidi_component") if node.proto.component_name == name]

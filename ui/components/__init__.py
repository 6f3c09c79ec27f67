"""Browser parts of our own: one folder each, with its JavaScript, its style and the Python function that shows it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st


def register(module_file: str) -> Any:
    """The Streamlit component made of component.js and component.css beside `module_file`; call once, at import."""
    folder = Path(module_file).parent
    return st.components.v2.component(
        f"digit_lab_{folder.name}",
        html='<div class="root"></div>\n<!-- filled by component.js -->',
        css=(folder / "component.css").read_text(encoding="utf-8"),
        js=(folder / "component.js").read_text(encoding="utf-8"),
    )

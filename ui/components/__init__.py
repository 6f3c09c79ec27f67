"""Browser parts of our own: one folder each, with its JavaScript, its style and the Python function that shows it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

_SHARED = Path(__file__).parent / "shared"


def register(module_file: str, *shared: str) -> Any:
    """The Streamlit component made of component.js and component.css beside `module_file`; call once, at import.

    shared: names of scripts in `shared/` that stand before component.js in the same module, so that it can use what
    they define; Streamlit's inline components cannot import one another.
    """
    folder = Path(module_file).parent
    scripts = [*(_SHARED / f"{name}.js" for name in shared), folder / "component.js"]
    return st.components.v2.component(
        f"digit_lab_{folder.name}",
        html='<div class="root"></div>\n<!-- filled by component.js -->',
        css=(folder / "component.css").read_text(encoding="utf-8"),
        js="\n".join(script.read_text(encoding="utf-8") for script in scripts),
    )

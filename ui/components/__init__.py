"""Browser parts of our own: one folder each, with its JavaScript, its style and the Python function that shows it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

_HERE = Path(__file__).parent


def register(module_file: str, *scripts: str) -> Any:
    """The Streamlit component made of component.js and component.css beside `module_file`; call once, at import.

    scripts: what stands before component.js in the same module, so that it can use what they define, each as its path
    below this folder without its ending; Streamlit's inline components cannot import one another.
    """
    folder = Path(module_file).parent
    code = [*(_HERE / f"{script}.js" for script in scripts), folder / "component.js"]
    return st.components.v2.component(
        f"digit_lab_{folder.name}",
        html='<div class="root"></div>\n<!-- filled by component.js -->',
        css=_lean([_HERE / "shared/base.css", folder / "component.css"]),
        js=_lean(code),
    )


def _lean(files: Sequence[Path]) -> str:
    """The files' text without indentation and whole-line comments: Streamlit sends it with every change of data."""
    lines = (line.strip() for file in files for line in file.read_text(encoding="utf-8").splitlines())
    return "\n".join(
        line for line in lines if line and not line.startswith("//") and not re.fullmatch(r"/\*.*\*/", line)
    )

"""Browser parts of our own: one folder each, with its JavaScript, its style and the Python function that shows it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from model.language import DEFAULT, catalogue, language

_HERE = Path(__file__).parent
_MESSAGE = re.compile(r"""\b_\(\s*("(?:[^"\\\n]|\\.)*")""")
"""A text in JavaScript that is to be translated; it stands in double quotes on one line."""


def register(module_file: str, *scripts: str, styles: Sequence[str] = ()) -> Callable[..., Any]:
    """The Streamlit component made of component.js and component.css beside `module_file`; call once, at import.

    scripts: what stands before component.js in the same module, so that it can use what they define, each as its path
    below this folder without its ending; Streamlit's inline components cannot import one another. styles: the same for
    what stands before component.css. There is one component for each language, whose texts it carries.
    """
    folder = Path(module_file).parent
    looks = [*(_HERE / f"{style}.css" for style in ("shared/base", *styles)), folder / "component.css"]
    files = [*(_HERE / f"{script}.js" for script in ("shared/language", *scripts)), folder / "component.js"]

    @cache
    def component(code: str) -> Any:
        script = _lean(files)
        return st.components.v2.component(
            f"digit_lab_{folder.name}" + ("" if code == DEFAULT else f"_{code}"),
            html='<div class="root"></div>\n<!-- filled by component.js -->',
            css=_lean(looks),
            js=f"const CATALOGUE = {_catalogue(script, code)}\n{script}",
        )

    def show(**arguments: Any) -> Any:
        return component(language())(**arguments)

    component(DEFAULT)
    return show


def _lean(files: Sequence[Path]) -> str:
    """The files' text without indentation and whole-line comments: Streamlit sends it with every change of data."""
    lines = (line.strip() for file in files for line in file.read_text(encoding="utf-8").splitlines())
    return "\n".join(
        line for line in lines if line and not line.startswith("//") and not re.fullmatch(r"/\*.*\*/", line)
    )


def _catalogue(script: str, code: str) -> str:
    """The translations of the script's own texts, as JSON."""
    messages = {json.loads(found) for found in _MESSAGE.findall(script)}
    texts = {message: catalogue(code).gettext(message) for message in sorted(messages)}
    return json.dumps({message: text for message, text in texts.items() if text != message}, ensure_ascii=False)

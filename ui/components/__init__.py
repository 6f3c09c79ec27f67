"""Browser parts of our own: a Python file here shows the part, and a folder in `browser/` has its JavaScript."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import streamlit as st

from model.language import catalogue, language
from ui.components.serving import BROWSER, component_name, serve

MESSAGE = re.compile(r"""\b_\(\s*("(?:[^"\\\n]|\\.)*")""")
"""A text in JavaScript that is to be translated; it stands in double quotes on one line."""


def register(part: str, *, styles: Sequence[str] = ()) -> Callable[..., Any]:
    """The function that shows the browser part in `browser/<part>`: component.js with the style sheets beside it.

    styles: style sheets in `browser/shared` that this part needs too, without their ending. The function takes the
    arguments of a mounted component of Streamlit (`data`, `key`, `height`, `on_..._change`) and returns its result.
    There is one component for each language, because it carries the translated texts.
    """
    shared = [BROWSER / "shared" / f"{name}.css" for name in ("base", *styles)]
    sheets = [*shared, *sorted((BROWSER / part).glob("*.css"))]

    @cache
    def component(code: str) -> Any:
        return st.components.v2.component(
            component_name(part, code),
            html=f'<div class="root" lang="{code}" data-texts="{html.escape(_texts(part, code))}"></div>',
            css="\n".join(sheet.read_text(encoding="utf-8") for sheet in sheets),
            js="entry.js",
        )

    def show(**arguments: Any) -> Any:
        code = language()
        serve(component_name(part, code))
        return component(code)(**arguments)

    return show


def _texts(part: str, code: str) -> str:
    """The translations of all texts that the part's modules and the shared ones can show, as JSON."""
    modules = [module for folder in (part, "shared") for module in sorted((BROWSER / folder).glob("*.js"))]
    messages = {
        json.loads(found) for module in modules for found in MESSAGE.findall(module.read_text(encoding="utf-8"))
    }
    texts = {message: catalogue(code).gettext(message) for message in sorted(messages)}
    return json.dumps({message: text for message, text in texts.items() if text != message}, ensure_ascii=False)

"""Serves the JavaScript modules in `browser/` to the pages, so that they can import each other.

Streamlit's public way to serve modules needs an installed package. This file uses its component manager instead, which
is not documented; checked with Streamlit 1.67. tests/browser/components/test_modules.py fails if an update breaks it.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from threading import Lock

from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest

BROWSER = Path(__file__).parent / "browser"
"""Everything in this folder can be fetched by any browser, so it holds JavaScript and CSS only."""

_SHARED = "all"
_LOCK = Lock()


@cache
def _version() -> str:
    """The first part of every address. It changes with the modules, so that no cache mixes two versions of the app."""
    modules = sorted(BROWSER.rglob("*.js"))
    return "digit_lab_" + hashlib.sha256(b"".join(module.read_bytes() for module in modules)).hexdigest()[:12]


def component_name(part: str, language: str) -> str:
    """The name under which Streamlit knows a browser part in one language; entry.js takes it apart again."""
    return f"{_version()}.{part}-{language}"


def module_path(module: str) -> str:
    """Where a module is, relative to the app's address: `module_path("shared/page_state.js")`."""
    return f"_stcore/bidi-components/{_version()}.{_SHARED}/{module}"


def serve(name: str) -> None:
    """Serve the modules for the component `name`. Call it before every use: a second call changes nothing.

    A test with Streamlit's AppTest has a new manager each time. Registering twice would remove a component in use.
    """
    manager = get_bidi_component_manager()
    shared = f"{_version()}.{_SHARED}"
    with _LOCK:
        missing = [each for each in (shared, name) if manager.get_component_asset_root(each) is None]
        if missing:
            configs = [ComponentConfig(each.removeprefix(f"{_version()}."), asset_dir=".") for each in missing]
            manager.register_from_manifest(ComponentManifest(_version(), "0", configs), BROWSER)

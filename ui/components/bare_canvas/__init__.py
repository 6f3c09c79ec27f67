"""Hides the drawing component's own toolbar, which doubles our buttons and shows only under a mouse pointer."""

from __future__ import annotations

from ui.components import register

_component = register(__file__)


def bare_canvas() -> None:
    """Call inside the container `canvas`. Where the component is built otherwise, its toolbar simply stays."""
    _component(key="bare_canvas", height=0)

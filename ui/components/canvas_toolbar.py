"""Hides the drawing component's own toolbar: our buttons do the same, and it shows only under a mouse pointer."""

from __future__ import annotations

from ui.components import register

_component = register("canvas_toolbar")


def hide_canvas_toolbar() -> None:
    """Call inside the container `canvas`. If the component has no such toolbar, nothing happens."""
    _component(key="canvas_toolbar", height=0)

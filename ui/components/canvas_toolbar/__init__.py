"""Hides the toolbar of the drawing component: it repeats our buttons, and it shows only under a mouse pointer."""

from __future__ import annotations

from ui.components import register

_component = register(__file__, "shared/drawable_canvas")


def hide_canvas_toolbar() -> None:
    """Call it inside the container `canvas`. If an update of the component has no such toolbar, nothing happens."""
    _component(key="canvas_toolbar", height=0)

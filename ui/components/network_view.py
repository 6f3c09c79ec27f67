"""The whole network with the present digit: all feature maps, and the arithmetic of a single number."""

from __future__ import annotations

from ui.components import register

_component = register("network_view")


def network_view() -> None:
    """Show the network of `engine` with the picture of `share_reading`; both must be on the page too."""
    _component(key="network_view_part")

"""The whole network at work on the present digit, down to the arithmetic of a single number."""

from __future__ import annotations

from ui.components import register

_component = register(
    __file__,
    "shared/lab",
    "shared/palette",
    "shared/text",
    "shared/paint",
    "shared/matrices",
    "network_view/maps",
    "network_view/overview",
    "network_view/detail",
    "network_view/slide",
)


def network_view() -> None:
    """Show the network that `engine` gave the browser at work on the picture that `share_reading` did."""
    _component(key="network_view_part")

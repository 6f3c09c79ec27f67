"""Ten bars that keep their places: how sure the network is of each digit."""

from __future__ import annotations

from collections.abc import Sequence

from ui.components import register
from ui.text import percent

_component = register(__file__)


def bars(probabilities: Sequence[float] | None, *, winner: int | None, label: str, key: str) -> None:
    """Show shares (0 to 1, one per digit); None shows empty bars. `label` names the whole for screen readers."""
    values = None if probabilities is None else [round(float(share), 5) for share in probabilities]
    texts = None if probabilities is None else [percent(float(share)) for share in probabilities]
    _component(data={"values": values, "texts": texts, "winner": winner, "label": label}, key=key)

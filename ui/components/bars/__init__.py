"""Ten bars that keep their places: how sure the network is of each digit."""

from __future__ import annotations

from collections.abc import Sequence

from model.language import _
from model.recognizer import Reading
from ui.components import register

_component = register(__file__, "shared/lab", "shared/text")


def bars(
    probabilities: Sequence[float] | None, *, winner: int | None, label: str, key: str, live: bool = False
) -> None:
    """Show shares (0 to 1, one per digit); None shows empty bars. `label` names the whole for screen readers.

    live: while the pen is on the canvas the bars follow the network in the browser, and afterwards show these shares
    again, or the next ones.
    """
    values = None if probabilities is None else [round(float(share), 5) for share in probabilities]
    _component(data={"values": values, "winner": winner, "label": label, "live": live}, key=key)


def answer_bars(reading: Reading | None, *, live: bool = False) -> None:
    """The bars of the page's answer; empty ones where there is no digit. `live` as in `bars`."""
    known = reading is not None and reading.digit is not None
    bars(
        reading.probabilities.tolist() if reading is not None and known else None,
        winner=reading.digit if reading is not None else None,
        label=_("How sure the network is of each digit"),
        key="bars",
        live=live,
    )

"""Ten bars: how sure the network is of each digit."""

from __future__ import annotations

from collections.abc import Sequence

from model.language import _
from model.recognizer import Reading
from ui.components import register

_component = register("bars")


def bars(
    probabilities: Sequence[float] | None, *, winner: int | None, label: str, key: str, live: bool = False
) -> None:
    """Show ten shares from 0 to 1, one for each digit; None shows empty bars. winner: the digit to mark.

    label: what the bars show, for screen readers. live: while the pen is down, the bars show the results of the
    network in the browser; after that they show these shares again.
    """
    values = None if probabilities is None else [round(float(share), 5) for share in probabilities]
    _component(data={"values": values, "winner": winner, "label": label, "live": live}, key=key)


def answer_bars(reading: Reading | None, *, live: bool = False) -> None:
    """Show the probabilities of a reading; empty bars if it has no digit. `live` as in `bars`."""
    known = reading is not None and reading.digit is not None
    bars(
        reading.probabilities.tolist() if reading is not None and known else None,
        winner=reading.digit if reading is not None else None,
        label=_("How sure the network is of each digit"),
        key="bars",
        live=live,
    )

"""State of the Experiments page in a session, besides the values of its widgets."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class ExperimentsState:
    """address: the experiment that the page last wrote into its own address.

    repeated: the experiment that the student wants to predict again; None after the new runs have started.
    """

    address: str | None = None
    repeated: str | None = None

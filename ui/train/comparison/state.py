"""State of the Compare page in a session, besides the values of its widgets."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class ComparisonState:
    """address: the ids of the runs that the page last wrote into its own address, with commas between them."""

    address: str | None = None


@dataclass
class TimeMachineState:
    """playing: whether the snapshots advance by themselves.

    advanced: when they last did, in seconds of `time.monotonic`; 0 before the first step.
    """

    playing: bool = False
    advanced: float = 0.0

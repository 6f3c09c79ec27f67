"""Seeds of random draws that a student can repeat."""

from __future__ import annotations

from dataclasses import dataclass

_SEEDS = 2**31


@dataclass
class Seed:
    """The seed of a random draw: the same value always draws the same. It is part of a lesson's state."""

    value: int = 0

    def next_seed(self) -> None:
        """Draw differently from now on; the callback of a button."""
        self.value = (self.value + 1) % _SEEDS

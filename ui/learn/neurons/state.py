"""State of the lesson on neurons, besides the values of its controls."""

from __future__ import annotations

from dataclasses import dataclass, field

WeightKey = tuple[int, int, int, str, float]
"""Hidden units, unit, output, whose loss, and start value: together they identify a weight that learns."""


@dataclass
class NeuronsState:
    """unit: the chosen hidden unit, from 0; None at first. weight: the weight that took steps last. steps: its values
    from the first one on.
    """

    unit: int | None = None
    weight: WeightKey | None = None
    steps: list[float] = field(default_factory=list)

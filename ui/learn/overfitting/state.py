"""State of the lesson on overfitting, besides the values of its controls."""

from __future__ import annotations

from dataclasses import dataclass, field

from ui.components.descent import Choice
from ui.learn.seeds import Seed


@dataclass
class OverfittingState:
    """units_off: the hidden units that are switched off, from 0. masks, augmentation: seeds of the random draws.

    descents: by the key of a surface, where the paths of the optimizers start; learning rate and momentum are the same
    for all surfaces.
    """

    units_off: set[int] = field(default_factory=set)
    masks: Seed = field(default_factory=Seed)
    augmentation: Seed = field(default_factory=Seed)
    descents: dict[str, Choice] = field(default_factory=dict)

"""Short names for the compared runs: A to F."""

from __future__ import annotations

from collections.abc import Sequence

LETTERS = "ABCDEF"


def lettered(titles: Sequence[str]) -> list[str]:
    """The titles, each after its letter."""
    return [f"{letter} · {title}" for letter, title in zip(LETTERS, titles, strict=False)]

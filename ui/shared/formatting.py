"""How figures and texts of others are written, the same on every page."""

import re

from model.language import _


def percent(share: float, digits: int = 1) -> str:
    """A share from 0 to 1 as a percentage; a network is never certain, so no share reads as 100 %."""
    if share >= 1 - 0.5 * 10 ** -(digits + 2):
        return f"> {100 - 10**-digits:.{digits}f} %"
    return f"{100 * share:.{digits}f} %"


def a_digit(digit: int) -> str:
    """The digit as one says it: in English a 4, but an 8."""
    return _("an {digit}", digit=digit) if digit == 8 else _("a {digit}", digit=digit)


def plain(text: str) -> str:
    """Text that others wrote, so that Markdown shows it letter by letter."""
    return re.sub(r"([\\`*_{}\[\]()<>#+\-.!|~:$&])", r"\\\1", " ".join(text.split()))

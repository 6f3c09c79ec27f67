"""How figures and texts of others are written, the same on every page."""

import re
from contextlib import suppress
from datetime import datetime
from zoneinfo import ZoneInfo

import streamlit as st
from babel.dates import format_skeleton, format_time

from model.language import _, language


def percent(share: float, digits: int = 1) -> str:
    """A share from 0 to 1 as a percentage; a network is never certain, so no share reads as 100 %."""
    if share >= 1 - 0.5 * 10 ** -(digits + 2):
        return f"> {100 - 10**-digits:.{digits}f} %"
    return f"{100 * share:.{digits}f} %"


def a_digit(digit: int) -> str:
    """The digit as one says it: in English a 4, but an 8."""
    return _("an {digit}", digit=digit) if digit == 8 else _("a {digit}", digit=digit)


def plain_markdown(text: str) -> str:
    """Text that others wrote, so that Markdown shows it letter by letter."""
    return re.sub(r"([\\`*_{}\[\]()<>#+\-.!|~:$&])", r"\\\1", " ".join(text.split()))


def written(value: float, digits: int = 4) -> str:
    """A number as briefly as it can be typed: 3, -0.5, 0.1111; with `digits` significant ones, whole numbers whole."""
    value = float(value)
    if value == 0:
        return "0"
    if value.is_integer() and abs(value) < 1e15:
        return f"{value:,.0f}"
    return f"{value:.{digits}g}"


def duration(seconds: float) -> str:
    """In words, to what matters: 8 s, 1 min 20 s, 2 h 5 min."""
    whole = max(0, round(seconds))
    if whole < 60:
        return _("{seconds} s", seconds=whole)
    if whole < 3600:
        return _("{minutes} min {seconds} s", minutes=whole // 60, seconds=whole % 60)
    return _("{hours} h {minutes} min", hours=whole // 3600, minutes=whole % 3600 // 60)


def moment(timestamp: float) -> str:
    """A time in seconds since 1970 as the clock of the reader's browser shows it: today without, else with its date."""
    zone = timezone_of_browser()
    then, now = datetime.fromtimestamp(timestamp, zone), datetime.now(zone)
    locale = "en_GB" if language() == "en" else language()
    clock = format_time(then, "short", locale=locale)
    return clock if then.date() == now.date() else f"{format_skeleton('MMMd', then, locale=locale)} {clock}"


def timezone_of_browser() -> ZoneInfo | None:
    """None, which stands for this machine's time zone, where the browser sent no zone or an unknown one."""
    with suppress(ValueError, OSError):  # zoneinfo raises one of them for a name that is no time zone
        return ZoneInfo(st.context.timezone or "")
    return None

"""How numbers, percentages, times and texts from outside are short_number, the same on every page.

Babel formats them in the reader's language; times are in the time zone of the reader's browser.
"""

from __future__ import annotations

import re
import time
from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import streamlit as st
from babel.dates import format_skeleton, format_time, format_timedelta
from babel.lists import format_list
from babel.units import format_unit

from model.language import _, locale, localized

_WORD_JOINER = "\N{WORD JOINER}"
"""Invisible and without width; it only keeps a browser from breaking the line here."""

_FOUND_IN_TEXT = re.compile(r":(?=[\w/+-]+:|//)|@(?=\w)|\bwww(?=\.)|[<>~-](?=[=>-])", re.IGNORECASE)
"""Where to split what Streamlit 1.67 turns into icons, emoji, links and typographical signs."""


def number(value: float, digits: int = 0) -> str:
    """A number with `digits` decimals and separated thousands: 1,234.5."""
    return localized(value, f",.{digits}f")


def percent(share: float, digits: int = 1, *, counted: bool = False) -> str:
    """A share from 0 to 1 as a percentage with `digits` decimals.

    A network is never certain, so a probability that would read as 100% is "> 99.9%". counted: the share was counted or
    chosen, such as an accuracy, and can be 100% or more.
    """
    if not counted and share >= 1 - 0.5 * 10 ** -(digits + 2):
        return f"> {localized(1 - 10 ** -(digits + 2), f'.{digits}%')}"
    return localized(share, f".{digits}%")


def a_digit(digit: int) -> str:
    """The digit with its article, which is "a 4" in English, but "an 8"."""
    return _("an {digit}", digit=digit) if digit == 8 else _("a {digit}", digit=digit)


def short_number(value: float, digits: int = 4) -> str:
    """A number as short text: 3, -0.5, 0.1111, 1,234. `digits` significant ones; whole numbers stay whole."""
    value = float(value)
    if value == 0:
        return "0"
    if value.is_integer() and abs(value) < 1e15:
        return localized(value, ",.0f")
    return f"{value:.{digits}g}"


def duration(seconds: float) -> str:
    """The two largest units that matter: 7.6 secs, 8 secs, 1 min 20 secs, 2 hrs 5 mins."""
    if seconds < 9.95:
        return format_unit(max(0.0, round(seconds, 1)), "duration-second", "short", locale=locale())
    whole = round(seconds)
    units = ("second", "minute") if whole < 3600 else ("minute", "hour")
    whole = whole if whole < 3600 else round(whole / 60)
    parts = [
        format_unit(count, f"duration-{unit}", "short", locale=locale())
        for count, unit in zip((whole // 60, whole % 60), reversed(units), strict=True)
        if count
    ]
    return format_list(parts, "unit-narrow", locale())


def moment(timestamp: float) -> str:
    """A time in seconds since 1970 as the reader's clock shows it: today the time alone, else with its date."""
    zone = _time_zone()
    then, now = datetime.fromtimestamp(timestamp, zone), datetime.now(zone)
    clock = format_time(then, "short", locale=locale())
    if then.date() == now.date():
        return clock
    date = format_skeleton("MMMd" if then.year == now.year else "yMMMd", then, locale=locale())
    return str(locale().datetime_formats["medium"]).format(clock, date)


def ago(timestamp: float) -> str:
    """How long ago a time in seconds since 1970 was: just now, 5 minutes ago, 2 days ago; "" for 0, an unknown time."""
    if timestamp <= 0:
        return ""
    passed = time.time() - timestamp
    if passed < 60:
        return _("just now")
    return format_timedelta(timedelta(seconds=-passed), threshold=1, add_direction=True, locale=locale())


def plain_markdown(text: str) -> str:
    """Text from outside as Markdown that shows it letter by letter, on one line.

    Only for what Streamlit shows as Markdown; the options of a selectbox, for example, are plain text. Backslashes stop
    Markdown itself. Icons, emoji, arrows and links are found by Streamlit in the finished text, so an invisible word
    joiner splits `:material/home:`, `:smile:`, `->`, `>=`, `https://a.b`, `www.a.b` and `me@a.b`.
    """
    split = _FOUND_IN_TEXT.sub(rf"\g<0>{_WORD_JOINER}", " ".join(text.split()))
    return re.sub(r"([\\`*_{}\[\]()<>#+\-.!|~:$&^=])", r"\\\1", split)


def _time_zone() -> tzinfo | None:
    """The time zone of the reader's browser; None, the server's own, where the browser names none that is known."""
    try:
        return ZoneInfo(st.context.timezone or "")
    except (LookupError, ValueError, OSError):
        return None

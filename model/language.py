"""Texts and numbers in the reader's language: gettext for the texts, Babel for catalogues and numbers.

The English text is the key, so code reads as English: `_("It reads {digit}.", digit=3)`. A text that is defined before
the reader is known, such as the help of a setting, is marked with `N_` there and translated by `_` when it is shown.
"""

from __future__ import annotations

import gettext
import io
import re
import string
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import cache
from numbers import Real
from pathlib import Path
from typing import Any, cast

from babel import Locale
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

LANGUAGES = {"en": "English", "zh": "简体中文"}
"""The languages of the app: code -> the language's own name. The first one is the language of the code."""

DEFAULT = next(iter(LANGUAGES))
_LOCALES = {code: Locale.parse({"en": "en_GB"}.get(code, code)) for code in LANGUAGES}
CATALOGUES = Path(__file__).parents[1] / "locale"


def _reader() -> str:
    """The language of the code, until `set_language_source` sets another source."""
    return DEFAULT


def set_language_source(reader: Callable[[], str]) -> None:
    """Use the language whose code `reader` returns. It is called for every text: sessions differ."""
    global _reader  # noqa: PLW0603 - one source of the language per process
    _reader = reader


def language() -> str:
    """The code of the reader's language, one of LANGUAGES."""
    return _reader()


def locale() -> Locale:
    """Babel's rules for numbers, dates and lists in the reader's language; English is British English."""
    return _LOCALES[language()]


def catalogue_file(code: str) -> Path:
    """The file with the translations into a language."""
    return CATALOGUES / code / "LC_MESSAGES" / "messages.po"


@cache
def catalogue(code: str) -> gettext.NullTranslations:
    """The translations into a language, compiled at first use. For the language of the code they change nothing."""
    if code == DEFAULT:
        return gettext.NullTranslations()
    with catalogue_file(code).open("rb") as file:
        texts = read_po(file, locale=code)
    compiled = io.BytesIO()
    write_mo(compiled, texts)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def localized(value: float, spec: str) -> str:
    """`format(value, spec)` with the decimal and thousands signs of the reader's language, such as `,` `.` and `%`.

    Only the specs of fixed decimals change: `,` `,.2f` `.2f` `+.1f` `.2%`. Others, and infinite numbers, stay as Python
    formats them.
    """
    text = format(value, spec)
    if not spec.endswith((",", "f", "%")):
        return text
    number = Decimal(text.replace(",", "").rstrip("%"))
    if not number.is_finite():
        return text
    decimals = len(text.partition(".")[2].rstrip("%"))
    pattern = ("#,##0" if "," in spec else "0") + ("." + "0" * decimals if decimals else "")
    if spec.endswith("%"):
        number, pattern = number.scaleb(-2), f"{pattern}%"
    if "+" in spec:
        pattern = f"+{pattern};-{pattern}"
    return format_decimal(number, pattern, locale())


class _Formatter(string.Formatter):
    """Puts values into texts as `str.format` does, with numbers in the reader's language."""

    def format_field(self, value: Any, format_spec: str) -> str:
        return localized(cast("float", value), format_spec) if isinstance(value, Real) else format(value, format_spec)


_formatter = _Formatter()


def _(message: str, /, **values: object) -> str:
    """The text in the reader's language. `{name}` is replaced by the value of that name; `{name:.2%}` formats it."""
    text = catalogue(language()).gettext(message) if message else ""
    return _formatter.vformat(text, (), values) if values else text


def ngettext(singular: str, plural: str, count: int, /, **values: object) -> str:
    """Like `_`, in the plural form for `count`; `{count}` in the text is replaced by it."""
    text = catalogue(language()).ngettext(singular, plural, count)
    return _formatter.vformat(text, (), {"count": count, **values})


def listed(parts: Sequence[str]) -> str:
    """The parts as a list in the reader's language: a, b and c."""
    return format_list(parts, locale=locale())


def template_values(text: str, template: str) -> dict[str, str] | None:
    """Find the values that turn the English template into this text; None if there are none.

    The template contains each value once, without a format.
    """
    found = re.fullmatch(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.*)", re.escape(template)), text)
    return found.groupdict() if found else None


def translate_stored_message(text: str, *templates: str) -> str:
    """A text that another process stored in English, translated into the reader's language.

    templates: the texts with values from which it may come, see `template_values`. If no template fits, the whole text
    is translated; without a translation it stays unchanged.
    """
    for template in templates:
        values = template_values(text, template)
        if values:
            return _(template, **{name: _(value) for name, value in values.items()})
    return _(text)


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for it
    """Mark a text for translation where it is defined; `_` translates it where it is shown."""
    return message

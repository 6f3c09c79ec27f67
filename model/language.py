"""Texts in the language of whoever reads them: gettext, with Babel for its catalogues.

The English text is the key, so code reads as English: `_("It reads {digit}.", digit=3)`. Texts that are written where
no one reads yet, such as the help of a setting, are marked by `N_` there and given to `_` when they are shown.
"""

from __future__ import annotations

import gettext
import io
import re
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES = {"en": "English", "zh": "简体中文"}
"""Every language of the app by its code, in its own words; the first is the one that the code is written in."""

DEFAULT = next(iter(LANGUAGES))
CATALOGUES = Path(__file__).parents[1] / "locale"


def _reader() -> str:
    """The code's own language, unless an app knows better."""
    return DEFAULT


def ask_for_language(reader: Callable[[], str]) -> None:
    """Have every text come in the language whose code `reader` returns, here and now; an app's readers differ."""
    global _reader  # noqa: PLW0603 - a process speaks to its readers in one way
    _reader = reader


def language() -> str:
    """The code of the language of whoever reads this, one of LANGUAGES."""
    return _reader()


def catalogue_file(code: str) -> Path:
    """Where the translations into a language are written."""
    return CATALOGUES / code / "LC_MESSAGES" / "messages.po"


@cache
def catalogue(code: str) -> gettext.NullTranslations:
    """The translations into a language, compiled at first use; those of the code's own language change nothing."""
    if code == DEFAULT:
        return gettext.NullTranslations()
    with catalogue_file(code).open("rb") as file:
        texts = read_po(file, locale=code)
    compiled = io.BytesIO()
    write_mo(compiled, texts)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def _(message: str, /, **values: object) -> str:
    """The text in the reader's language, `{name}` replaced by the value of that name, which may have a format."""
    text = catalogue(language()).gettext(message) if message else ""
    return text.format(**values) if values else text


def ngettext(singular: str, plural: str, count: int, /, **values: object) -> str:
    """As `_`, in the form that `count` asks for; `{count}` in the text stands for it."""
    return catalogue(language()).ngettext(singular, plural, count).format(count=count, **values)


def listed(parts: Sequence[str]) -> str:
    """The parts as the reader's language lists them: a, b and c."""
    return format_list(parts, locale="en_GB" if language() == "en" else language())


def values_in(text: str, template: str) -> dict[str, str] | None:
    """The values that the code's own language was given to make this text of the template; None where it is another.

    The template has each value once, without a format.
    """
    found = re.fullmatch(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.*)", re.escape(template)), text)
    return found.groupdict() if found else None


def translate_stored_message(text: str, *templates: str) -> str:
    """A text that somebody else's process wrote down in the code's own language, in the reader's.

    templates: texts with values that it may have been made of, see `values_in`; all others stay as they are.
    """
    for template in templates:
        values = values_in(text, template)
        if values:
            return _(template, **{name: _(value) for name, value in values.items()})
    return _(text)


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for it
    """Mark a text for translation where it is written; `_` translates it where it is shown."""
    return message

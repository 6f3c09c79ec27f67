"""Texts and numbers in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator
from gettext import NullTranslations

import pytest
from babel import Locale

import model.language as texts
from model.language import (
    DEFAULT,
    LANGUAGES,
    N_,
    _,
    catalogue,
    language,
    listed,
    localized,
    ngettext,
    set_language_source,
    template_values,
    translate_stored_message,
)


@pytest.fixture
def speak() -> Iterator[list[str]]:
    """The language is the list's last entry."""
    chosen = [DEFAULT]
    before = texts._reader
    set_language_source(lambda: chosen[-1])
    yield chosen
    set_language_source(before)


def test_without_an_app_texts_are_english() -> None:
    assert language() == DEFAULT == "en"
    assert _("Undo") == N_("Undo") == "Undo"


def test_every_text_is_in_the_readers_language(speak: list[str]) -> None:
    assert _("Language") == "Language"
    speak.append("zh")
    assert _("Language") == "语言"
    speak.append("en")
    assert _("Language") == "Language"


def test_values_are_formatted_and_put_into_the_text() -> None:
    assert _("{done} of {all} questions answered", done=2, all=3) == "2 of 3 questions answered"
    assert _("{share:.1%} sure", share=0.1234) == "12.3% sure"


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        (",", "-1234.567"),
        (",.1f", "-1,234.6"),
        (".2f", "-1234.57"),
        ("+.0f", "-1235"),
        (".1%", "-123456.7%"),
        ("g", "-1234.57"),
    ],
)
def test_numbers_follow_the_spec(spec: str, text: str) -> None:
    assert localized(-1234.567, spec) == text.replace("-1234.567", "-1,234.567")


def test_numbers_have_the_signs_of_the_readers_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "locale", lambda: Locale("de"))
    assert localized(1234.5, ",.2f") == "1.234,50"
    assert _("{share:.1%} of {count:,}, {points:+.1f} points", share=0.5, count=10_000, points=2.0) == (
        "50,0% of 10.000, +2,0 points"
    )
    assert localized(float("inf"), ".2f") == "inf"
    assert localized(float("nan"), ".1%") == "nan%"


def test_braces_without_values_and_values_with_braces_stay() -> None:
    assert _("$\\frac{1}{n}$") == "$\\frac{1}{n}$"
    assert _("{name}", name="{name.__class__}") == "{name.__class__}"


def test_a_count_chooses_singular_or_plural() -> None:
    assert [ngettext("{count} map", "{count} maps", count) for count in (0, 1, 2)] == ["0 maps", "1 map", "2 maps"]


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_text_without_a_translation_is_english_and_an_empty_text_stays_empty(code: str, speak: list[str]) -> None:
    speak.append(code)
    assert _("No catalogue has this sentence.") == "No catalogue has this sentence."
    assert _("") == "", "gettext would give the header of the file"


def test_a_list_follows_the_language(speak: list[str]) -> None:
    assert [listed("ABC"[:count]) for count in range(4)] == ["", "A", "A and B", "A, B and C"]
    speak.append("zh")
    assert listed(["A", "B", "C"]) == "A、B和C"


def test_the_values_of_a_stored_text_are_found_by_its_template() -> None:
    template = "{folder} is full (reason: {reason}); 1 + 1 is 2."
    values = {"folder": "/a (b)/{c}", "reason": ""}
    assert template_values(template.format(**values), template) == values
    assert template_values("C:\\d is full (reason: x); 1 + 1 is 3.", template) is None
    assert template_values("", template) is None


class Backwards(NullTranslations):
    """A language of a few words."""

    WORDS = {"{who} ate {what}": "{what} was eaten by {who}", "bread": "loaves", "Nothing was left.": "All was gone."}  # noqa: RUF012

    def gettext(self, message: str) -> str:
        return self.WORDS.get(message, message)


def test_a_stored_text_is_translated_with_its_values(monkeypatch: pytest.MonkeyPatch) -> None:
    templates = ("{count} of {total}", "{who} ate {what}")
    assert translate_stored_message("She ate bread", *templates) == "She ate bread"
    monkeypatch.setattr(texts, "catalogue", lambda code: Backwards())
    assert translate_stored_message("She ate bread", *templates) == "loaves was eaten by She"
    assert translate_stored_message("She ate bread") == "She ate bread", "no template is known"
    assert translate_stored_message("{who.__class__} ate {what}", *templates) == "{what} was eaten by {who.__class__}"
    assert translate_stored_message("Nothing was left.", *templates) == "All was gone."
    assert translate_stored_message("", *templates) == ""


def test_a_catalogue_is_compiled_once() -> None:
    assert catalogue("zh") is catalogue("zh")

"""Texts from outside are shown letter by letter, also where Streamlit has its own signs for icons, emoji and links."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.hostile_texts import HOSTILE_TEXTS
from tests.browser.server import running_app

WORD_JOINER = "\N{WORD JOINER}"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with running_app(script=Path(__file__).with_name("plain_markdown_page.py")) as running:
        yield running


def text_of(part: Locator) -> str:
    return part.inner_text().replace(WORD_JOINER, "")


def test_every_text_is_shown_letter_by_letter(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator(f".st-key-bold_{len(HOSTILE_TEXTS) - 1} p")).to_be_visible()
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    for number, text in enumerate(HOSTILE_TEXTS):
        plain, bold = page.locator(f".st-key-plain_{number} p"), page.locator(f".st-key-bold_{number} p")
        assert text_of(plain) == text_of(bold) == " ".join(text.split())
        assert plain.locator("*").count() == 0, f"{text}: something else than text"
        assert bold.locator("*").count() == 1, f"{text}: something else than bold text"

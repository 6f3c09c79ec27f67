"""Records every text that a page shows, also one that is there for a moment only."""

from __future__ import annotations

from playwright.sync_api import Page

_RECORD = """
window.everShown = ""
new MutationObserver(() => { window.everShown += document.body?.textContent ?? "" })
  .observe(document, { childList: true, subtree: true, characterData: true })
"""


def record_texts(page: Page) -> None:
    """Record from the next address on that the page opens."""
    page.add_init_script(_RECORD)


def ever_shown(page: Page) -> str:
    return str(page.evaluate("window.everShown"))


def forget_texts(page: Page) -> None:
    page.evaluate("window.everShown = ''")

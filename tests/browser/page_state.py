"""Lets a test read the state that the browser parts of a page share."""

from __future__ import annotations

from playwright.sync_api import Page

from ui.components.serving import module_path

_EXPOSE = """
async ([shared, live]) => {
  const { pageState, subscribe } = await import(new URL(shared, location.origin))
  const { showReading } = await import(new URL(live, location.origin))
  Object.assign(globalThis, { pageState, subscribe, showReading })
}
"""


def expose_page_state(page: Page) -> None:
    """Make `pageState`, `subscribe` and `showReading` global names in the page; call it when a part is visible.

    They are those of the parts themselves, because a module has one instance for each address.
    """
    page.evaluate(_EXPOSE, [module_path("shared/page_state.js"), module_path("engine/live_reading.js")])

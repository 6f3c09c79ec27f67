"""A link to a page opens that page, also as the first visit of a new server."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.shown_texts import ever_shown, record_texts

NOT_FOUND = "Page not found"


def test_the_first_visit_of_a_new_server_opens_the_page_of_the_link(page: Page, start_app: Callable[[], str]) -> None:
    """Streamlit's old page discovery would show "Page not found" here; see ui/shared/page_discovery.py."""
    record_texts(page)
    loads: list[str] = []
    page.on("framenavigated", lambda frame: loads.append(frame.url))
    page.goto(f"{start_app()}/network")
    expect(page.get_by_role("heading", name="The network", level=1)).to_be_visible(timeout=60_000)
    expect(page.get_by_test_id("stSidebarNav").get_by_role("link", name="Draw a digit")).to_be_visible()
    assert "The network" in ever_shown(page)
    assert NOT_FOUND not in ever_shown(page)
    assert len(loads) == 1, "the page was loaded again"


def test_a_link_to_a_page_that_does_not_exist_says_so(page: Page, app: str) -> None:
    page.goto(f"{app}/no_such_page")
    expect(page.get_by_role("dialog")).to_contain_text(NOT_FOUND)

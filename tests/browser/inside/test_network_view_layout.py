"""The layout and the colours of the network view."""

from __future__ import annotations

from itertools import pairwise

from playwright.sync_api import Page

from tests.browser.drawing import wait_until
from tests.browser.inside.network_view import draw_and_settle, open_view, view
from tests.browser.layout import expect_dark


def test_the_answers_are_in_sight_nothing_overlaps_and_a_dark_theme_is_dark(tablet_page: Page, app: str) -> None:
    page = tablet_page
    open_view(page, app)
    draw_and_settle(page)
    expect_dark(page.locator(".st-key-network_view"))
    for width in (820, 1024, 1280):
        page.set_viewport_size({"width": width, "height": 1000})
        wait_until(page, lambda width=width: answers_are_in_sight(page, width))  # type: ignore[misc]
        boxes = [column.bounding_box() for column in view(page).locator(".column").all()[:-1]]
        edges = [(box["x"], box["x"] + box["width"]) for box in boxes if box]
        assert all(right <= left for (_, right), (left, _) in pairwise(edges))


def answers_are_in_sight(page: Page, width: int) -> bool:
    """The last column lies inside the view, and the view inside the window."""
    frame, last = view(page).bounding_box(), view(page).locator(".column").last.bounding_box()
    assert frame is not None
    assert last is not None
    right = frame["x"] + frame["width"]
    return last["x"] + last["width"] <= right + 1 and right <= width

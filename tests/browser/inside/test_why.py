"""Predicting the evidence in a real Chromium: by mouse, by keyboard and by finger, and never a map before that."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.drawing import FOUR, SEVEN, canvas, draw, expect_settled, wait_until
from tests.browser.layout import expect_within_window

FIELDS = 14
CLEAN = re.compile("^Drag to paint")
METHODS = ["Saliency", "Integrated gradients", "Occlusion", "Grad-CAM"]


def open_why(page: Page, address: str) -> None:
    """The page with a four drawn on it."""
    page.goto(f"{address}/why")
    expect(canvas(page)).to_be_visible()
    draw(page, FOUR)
    expect(page.get_by_role("heading", name="Why 4?")).to_be_visible()
    expect(paper(page)).to_be_visible()
    expect_settled(page)


def paper(page: Page) -> Locator:
    return page.locator(".st-key-evidence_painter .paper")


def status(page: Page) -> Locator:
    return page.locator(".st-key-evidence_painter output")


def show(page: Page) -> Locator:
    return page.get_by_role("button", name="Show me")


def maps(page: Page) -> Locator:
    return page.locator(".st-key-evidence_maps figure canvas")


def field(page: Page, column: int, row: int) -> tuple[float, float]:
    """The middle of a field on the screen."""
    paper(page).scroll_into_view_if_needed()
    box = paper(page).bounding_box()
    assert box is not None
    return box["x"] + (column + 0.5) * box["width"] / FIELDS, box["y"] + (row + 0.5) * box["height"] / FIELDS


def expect_four_maps(page: Page) -> None:
    expect(maps(page)).to_have_count(4)
    for index, method in enumerate(METHODS):
        expect(maps(page).nth(index)).to_have_attribute("aria-label", re.compile(f"^{method}: the evidence for the 4"))
        expect(maps(page).nth(index)).to_be_visible()


def test_the_mouse_paints_a_prediction_and_only_then_the_maps_show(page: Page, app: str) -> None:
    open_why(page, app)
    expect(maps(page)).to_have_count(0)
    expect(show(page)).to_be_disabled()
    page.mouse.move(*field(page, 4, 5))
    page.mouse.down()
    page.mouse.move(*field(page, 4, 8))
    page.mouse.move(*field(page, 9, 8))  # one jump: the fields between are painted too
    page.mouse.up()
    expect(status(page)).to_have_text("9 fields painted.")
    page.mouse.click(*field(page, 9, 8))  # a stroke that starts on paint takes it away
    expect(status(page)).to_have_text("8 fields painted.")
    expect(maps(page)).to_have_count(0)

    show(page).click()
    expect_four_maps(page)
    expect(page.get_by_text("Your prediction is outlined and covers 32 of 784 pixels")).to_be_visible()
    expect(page.get_by_text("Your score:")).to_have_count(4)
    expect(paper(page)).to_have_count(0)
    outlines = page.locator(".st-key-evidence_maps figure .outline path:not(.halo)")
    expect(outlines).to_have_count(4)
    for index in range(4):
        expect(outlines.nth(index)).to_have_attribute("d", re.compile(r"^M\d"))

    draw(page, SEVEN)  # another drawing is another question
    expect(maps(page)).to_have_count(0)
    expect(show(page)).to_be_disabled()
    expect(status(page)).to_have_text(CLEAN)


def test_the_keyboard_can_do_all_of_it(page: Page, app: str) -> None:
    open_why(page, app)
    page.keyboard.press("Tab")  # from the canvas's page into the keyboard's way of showing focus
    paper(page).focus()
    expect(status(page)).to_have_text(re.compile(r"^Row 8, column 8: (no )?ink, not painted"))
    expect(page.locator(".st-key-evidence_painter .cursor")).to_be_visible()
    page.keyboard.press("Enter")  # nothing painted, nothing to show
    for key in ("ArrowLeft", "ArrowUp", "Space", "ArrowDown", "Space", "ArrowDown", "Space", "Space"):
        page.keyboard.press(key)
    expect(status(page)).to_have_text(re.compile(r"^Row 9, column 7: (no )?ink, not painted. 2 fields painted\.$"))
    for _ in range(20):
        page.keyboard.press("ArrowRight")
    expect(status(page)).to_have_text(re.compile(r"^Row 9, column 14: no ink"))
    expect(maps(page)).to_have_count(0)
    page.keyboard.press("Enter")
    expect_four_maps(page)
    expect(page.get_by_text("covers 8 of 784 pixels")).to_be_visible()


def test_the_painting_survives_other_clicks_and_a_new_question_starts_clean(page: Page, app: str) -> None:
    open_why(page, app)
    page.mouse.click(*field(page, 5, 7))
    expect(status(page)).to_have_text("1 field painted.")
    page.get_by_role("slider", name="Pen width in pixels").press("ArrowRight")  # the page runs again
    expect_settled(page)
    expect(status(page)).to_have_text("1 field painted.")
    expect(show(page)).to_be_enabled()
    page.get_by_role("combobox", name="and not").click()
    page.get_by_role("option", name="9", exact=True).click()
    expect(page.get_by_role("heading", name="Why 4 and not 9?")).to_be_visible()
    expect(status(page)).to_have_text(CLEAN)
    page.get_by_role("button", name="Skip").click()
    expect_four_maps(page)
    expect(page.get_by_text("Your score:")).to_have_count(0)


def test_a_finger_paints_in_a_narrow_dark_window_and_everything_can_be_read(tablet_page: Page, app: str) -> None:
    page = tablet_page
    open_why(page, app)
    page.touchscreen.tap(*field(page, 6, 7))
    expect(status(page)).to_have_text("1 field painted.")
    show(page).tap()
    expect_four_maps(page)
    expect_settled(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 820
    # A pixel that is evidence neither for nor against is dark here. The line around the prediction stands out from it.
    corner = "c => Array.from(c.getContext('2d').getImageData(0, 0, 1, 1).data)"
    wait_until(page, lambda: maps(page).nth(1).evaluate(corner)[3] == 255)  # painted
    assert max(maps(page).nth(1).evaluate(corner)[:3]) < 100
    line = page.locator(".st-key-evidence_maps .outline path:not(.halo)").first
    color = line.evaluate("e => getComputedStyle(e).stroke.match(/[\\d.]+/g).map(Number)")
    assert min(color[:3]) > 180
    expect_within_window(page, maps(page))
    for box in (maps(page).nth(index).bounding_box() for index in range(4)):
        assert box is not None
        assert box["width"] >= 150


@pytest.mark.mnist
def test_the_change_and_the_map_show(page: Page, app: str) -> None:
    open_why(page, app)
    page.get_by_role("radio", name="Smallest change").click()
    expect(page.get_by_text(re.compile("It becomes an? [0-35-9]"))).to_be_visible()
    expect(page.locator(".st-key-change_pictures figure")).to_have_count(3)
    page.get_by_role("radio", name="Similar digits").click()
    expect(page.locator(".st-key-neighbours figure")).to_have_count(5)
    chart = page.get_by_test_id("stVegaLiteChart").locator("canvas, svg").first
    expect(chart).to_be_visible()
    expect(page.get_by_text("It becomes a")).to_have_count(0)

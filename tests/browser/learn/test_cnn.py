"""The drawing of the whole network in a real Chromium: layers to press, and what their numbers see."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from model.network.config import ModelConfig
from tests.browser.drawing import expect_settled
from tests.browser.layout import expect_within_window

STACKS = ".st-key-cnn_stacks"


def open_lesson(page: Page, address: str) -> None:
    page.goto(f"{address}/cnn")
    expect(page.get_by_role("heading", name="The whole CNN", level=1)).to_be_visible()
    expect(page.locator(".st-key-cnn_doubtful figure").first).to_be_visible()
    expect_settled(page)


def layer(page: Page, name: str) -> Locator:
    return page.locator(STACKS).get_by_role("button", name=re.compile(rf"^{name},"))


def status(page: Page) -> Locator:
    return page.locator(f"{STACKS} .status")


def seen(page: Page) -> list[int]:
    """Row and column of the number, then the first and the last row and column of its receptive field."""
    words = r"Row (\d+), column (\d+) is .+ It depends on rows (\d+) to (\d+) and columns (\d+) to (\d+)"
    found = re.match(words, status(page).inner_text())
    assert found
    return [int(number) for number in found.groups()]


def distance(page: Page, upper: str, lower: str) -> float:
    """Pixels from one heading to the other."""
    above, below = (page.get_by_role("heading", name=name).bounding_box() for name in (upper, lower))
    assert above
    assert below
    return below["y"] - above["y"]


def test_a_pressed_layer_says_what_its_numbers_see(page: Page, app: str) -> None:
    open_lesson(page, app)
    for name in ("conv1", "pool1", "conv2", "pool2", "conv3"):
        layer(page, name).click()
        expect(layer(page, name)).to_have_attribute("aria-pressed", "true")
        row, column, top, bottom, left, right = seen(page)
        field = ModelConfig().layer(name).patch(row - 1, column - 1)
        assert (top, bottom, left, right) == (field.top + 1, field.bottom, field.left + 1, field.right)
    expect(page.locator(f"{STACKS} dd").filter(has_text="36,928").first).to_be_visible()
    layer(page, "conv3").press("ArrowRight")
    expect(layer(page, "flatten")).to_be_focused()
    expect(layer(page, "flatten")).to_have_attribute("aria-pressed", "true")
    expect(status(page)).to_have_text("Every number of this layer depends on the whole picture.")
    expect(page.locator(f"{STACKS} figure.map")).to_be_hidden()
    layer(page, "flatten").press("Home")
    expect(layer(page, "input")).to_be_focused()


def test_a_pointer_over_a_map_moves_the_field(page: Page, app: str) -> None:
    open_lesson(page, app)
    layer(page, "conv2").click()
    large = page.locator(f"{STACKS} .map canvas")
    large.scroll_into_view_if_needed()
    box = large.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.99, box["y"] + 2)
    expect(status(page)).to_contain_text("Row 1, column 11")
    assert seen(page)[2:] == [1, 8, 21, 28]
    page.locator(f"{STACKS} .map .frame").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")  # the edge
    expect(status(page)).to_contain_text("Row 2, column 11")
    assert seen(page)[2:] == [3, 10, 21, 28]


def test_another_page_and_order_of_pictures_come_without_the_rest(page: Page, app: str) -> None:
    open_lesson(page, app)
    pictures = page.locator(".st-key-cnn_sheet figure")
    expect(pictures).to_have_count(40)
    first = pictures.first.inner_text()
    number = page.get_by_role("spinbutton", name=re.compile("^Page, 1 to"))
    expect(number).to_be_visible()  # with its label, for which the page makes room
    height = distance(page, "Page by page", "How much they differ")
    number.fill("2")
    page.keyboard.press("Enter")
    expect(pictures.first).not_to_have_text(first)
    expect_settled(page)
    assert distance(page, "Page by page", "How much they differ") == height, "nothing below jumps"


def test_nothing_is_cut_off(tablet_page: Page, app: str) -> None:
    open_lesson(tablet_page, app)
    parts = (
        tablet_page.locator(f"{STACKS} .block, {STACKS} canvas"),
        tablet_page.locator(".st-key-cnn_sheet figure"),
        tablet_page.locator(".st-key-cnn_doubtful figure"),
    )
    for width in (820, 1280):
        tablet_page.set_viewport_size({"width": width, "height": 1180})
        for each in parts:
            expect_within_window(tablet_page, each)

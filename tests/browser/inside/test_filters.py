"""The Filters page in a real Chromium: pick kernels, switch them off, see what it does."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.drawing import FOUR, SEVEN, canvas, draw, expect_settled, wait_until
from tests.browser.layout import brightness, expect_dark, expect_within_window


def open_filters(page: Page, address: str) -> None:
    page.goto(f"{address}/filters")
    expect(page.get_by_role("heading", name="Filters", level=1)).to_be_visible()
    expect(canvas(page)).to_be_visible()


def kernel(page: Page, number: int) -> Locator:
    """A kernel of the upper grid, which looks into it."""
    return _tile(page, "filters_kernels", number)


def switch(page: Page, number: int) -> Locator:
    """A kernel of the lower grid, which switches it off."""
    return _tile(page, "filters_switches", number)


def _tile(page: Page, key: str, number: int) -> Locator:
    return page.locator(f".st-key-{key}").get_by_role(
        "button", name=re.compile(rf"^{number}\. Kernel of filter {number}\b")
    )


def share(page: Page, key: str, digit: int) -> Locator:
    return page.locator(f".st-key-{key} [role=listitem]").nth(digit)


def test_a_kernel_is_picked_by_mouse_and_by_keyboard(page: Page, app: str) -> None:
    open_filters(page, app)
    kernel(page, 5).click()
    number = page.get_by_role("spinbutton", name="Filter, 1 to 32")
    expect(number).to_have_value("5")
    expect(kernel(page, 5)).to_have_attribute("aria-pressed", "true")
    expect(kernel(page, 1)).to_have_attribute("aria-pressed", "false")
    kernel(page, 7).focus()
    page.keyboard.press("Enter")
    expect(number).to_have_value("7")
    page.keyboard.press("Tab")  # the focus stays where it was, so the next kernel is one step away
    page.keyboard.press("Space")
    expect(number).to_have_value("8")
    expect(page.get_by_role("img", name="The 3x3 weights of filter 8")).to_be_visible()
    number.fill("12")
    number.press("Enter")
    expect(kernel(page, 12)).to_have_attribute("aria-pressed", "true")


def test_sorting_by_activation_follows_the_drawing(page: Page, app: str) -> None:
    open_filters(page, app)
    draw(page, SEVEN)
    expect(page.get_by_text(re.compile(r"Read as 7"))).to_be_visible()
    page.get_by_role("radio", name="Activation").click()
    tiles = page.locator(".st-key-filters_kernels figure")
    expect(tiles.first).to_contain_text(re.compile(r"\d+\.\d\d"))
    expect_settled(page)

    def figures() -> list[float]:
        return [float(text) for text in re.findall(r"\d+\.\d\d", " ".join(tiles.all_inner_texts()))]

    wait_until(page, lambda: len(figures()) == 32)
    before = figures()
    assert before == sorted(before, reverse=True)
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_text("Draw a digit to sort the filters by their activation.")).to_be_visible()
    draw(page, FOUR)
    expect(page.get_by_text(re.compile(r"Read as 4"))).to_be_visible()
    expect_settled(page)
    wait_until(page, lambda: figures() != before)
    assert figures() == sorted(figures(), reverse=True)


@pytest.mark.mnist
def test_switched_off_filters_change_bars_and_accuracy(page: Page, app: str) -> None:
    open_filters(page, app)
    draw(page, FOUR)
    expect(page.get_by_text(re.compile(r"Read as 4"))).to_be_visible()
    expect(page.get_by_text("60,000 training pictures")).to_be_visible()
    expect_settled(page)
    expect(share(page, "bars_before", 4)).to_have_attribute("aria-label", re.compile("%"))
    before = share(page, "bars_before", 4).get_attribute("aria-label") or ""
    expect(share(page, "bars_after", 4)).to_have_attribute("aria-label", before)

    switch(page, 4).click()
    expect(switch(page, 4)).to_have_attribute("aria-pressed", "true")
    expect(switch(page, 4)).to_contain_text("off")
    expect(share(page, "bars_after", 4)).not_to_have_attribute("aria-label", before)
    expect(share(page, "bars_before", 4)).to_have_attribute("aria-label", before)
    metric = page.get_by_test_id("stMetric").filter(has_text="Test accuracy with these off")
    expect(metric).to_contain_text(re.compile(r"\d+\.\d\d%"))
    expect(metric).to_contain_text("points")
    first = metric.text_content() or ""
    heading = page.get_by_role("heading", name=re.compile("Accuracy lost without each filter of layer 1"))
    expect_settled(page)
    place = heading.bounding_box()

    switch(page, 17).focus()
    page.keyboard.press("Space")
    expect(metric).not_to_have_text(first)
    expect(page.get_by_text("2 off:")).to_be_visible()
    expect_settled(page)
    assert heading.bounding_box() == place  # nothing below jumps

    page.get_by_role("button", name="None", exact=True).click()
    expect(metric).to_have_count(0)
    expect(share(page, "bars_after", 4)).to_have_attribute("aria-label", before)
    expect(page.get_by_text("No filter is off")).to_be_visible()


@pytest.mark.mnist
def test_dead_filters_are_named_and_nine_pictures_are_shown(page: Page, app: str) -> None:
    open_filters(page, app)
    page.get_by_role("radio", name="Layer 3").click()
    expect(page.get_by_text(re.compile(r"Dead: \d+ of 64"))).to_be_visible()
    expect_settled(page)
    nine = page.locator(".st-key-filters_strongest figure")
    expect(nine).to_have_count(9)
    expect(page.locator(".st-key-filters_patches figure")).to_have_count(9)
    dead = page.locator(".st-key-filters_kernels figure").filter(has_text="dead").first
    dead.click()
    expect(page.get_by_text(re.compile("Dead: its activation is 0.00 everywhere"))).to_be_visible()
    expect(nine).to_have_count(0)


def test_on_a_tablet_nothing_is_cut_off_and_a_dark_theme_can_be_read(tablet_page: Page, app: str) -> None:
    page = tablet_page
    open_filters(page, app)
    draw(page, FOUR)
    expect(page.get_by_text(re.compile(r"Read as 4"))).to_be_visible()
    expect(page.locator(".st-key-filters_response_pictures figure")).to_have_count(3)
    expect(kernel(page, 1)).to_be_visible()
    expect_dark(page)
    weights = page.locator(".st-key-filters_weights .numbers span")
    expect(weights).to_have_count(9)
    for number in weights.all():  # each number stands out from the shade behind it
        shades = brightness(number)
        assert shades.max() - shades.min() > 90
    for width in (820, 1024):
        page.set_viewport_size({"width": width, "height": 1100})
        expect_within_window(page, page.locator("figure, .share"))

"""The network view in use by mouse, keyboard and finger: every number is that of PyTorch."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from model.recognizer import Recognizer
from tests.browser.inside.network_view import (
    check_sum,
    draw_and_settle,
    hover_column,
    open_view,
    open_with_a_four,
    point_into,
    press,
    shown,
    status,
    values,
    view,
    words,
)


@pytest.fixture(scope="module")
def shipped() -> Recognizer:
    return Recognizer.load()


def test_a_pixel_under_the_mouse_shows_the_sum_that_pytorch_has(page: Page, app: str, shipped: Recognizer) -> None:
    expected = open_with_a_four(page, app, shipped)
    layers = set()
    columns = view(page).locator(".column")
    expect(columns).to_have_count(12)
    for number in range(11):
        hover_column(page, number)
        layers.add(check_sum(page, expected).layer)
    assert len(layers) == 11


def test_a_convolution_opens_into_its_nine_products(page: Page, app: str, shipped: Recognizer) -> None:
    expected = open_with_a_four(page, app, shipped)
    hover_column(page, 4)
    place = check_sum(page, expected)
    assert place.layer == "conv2"
    terms = page.locator(".st-key-network_view .channels .term")
    expect(terms).to_have_count(32)
    sums = values(terms.locator("output"))
    assert [abs(value) for value in sums] == sorted(map(abs, sums), reverse=True)

    hover_column(page, 4)
    page.mouse.down()
    page.mouse.up()  # pinned, so that the way to the list does not change it
    terms.nth(5).click()
    expect(terms.nth(5)).to_have_attribute("aria-pressed", "true")
    grids = page.locator(".st-key-network_view .matrix")
    patch, kernel, products = (values(grid.locator("span")) for grid in grids.all())
    assert products == pytest.approx([one * other for one, other in zip(patch, kernel, strict=True)])
    assert sum(products) == pytest.approx(sums[5], abs=1e-5)
    chosen = int(terms.nth(5).inner_text().split()[1]) - 1
    weight = shipped.network.blocks[1].conv.weight[place.channel, chosen]  # type: ignore[union-attr, index]
    assert kernel == pytest.approx(weight.flatten().tolist(), abs=1e-6)


def test_the_keyboard_walks_pins_and_lets_go(page: Page, app: str, shipped: Recognizer) -> None:
    expected = open_with_a_four(page, app, shipped)
    view(page).focus()
    start = check_sum(page, expected)
    assert start.layer == "conv1"

    press(page, "ArrowRight", words(start._replace(x=start.x + 1)))
    press(page, "ArrowDown", words(start._replace(x=start.x + 1, y=start.y + 1)))
    assert check_sum(page, expected).layer == start.layer
    press(page, "Shift+ArrowRight", "ReLU 1")
    assert check_sum(page, expected).layer == "activation1"
    press(page, "Shift+ArrowDown", f"map {start.channel + 2},")
    below = check_sum(page, expected)
    assert below[:4] == ("activation1", start.channel + 1, start.y + 1, start.x + 1)

    press(page, "Enter", "pinned")
    point_into(page, 3)
    page.evaluate("() => new Promise(requestAnimationFrame)")  # the mouse has been heard
    assert shown(page) == below  # a pinned number stays
    page.keyboard.press("Escape")
    expect(status(page)).not_to_contain_text("pinned")
    hover_column(page, 4)

    view(page).focus()
    for _ in range(12):
        page.keyboard.press("Shift+ArrowRight")
    expect(status(page)).to_contain_text("The output for digit")
    press(page, "Shift+ArrowRight", "The output for digit")  # the last layer is the end
    for _ in range(30):
        page.keyboard.press("ArrowUp")
    expect(status(page)).to_contain_text("digit 0")
    ring = view(page).evaluate("e => getComputedStyle(e).outlineStyle + getComputedStyle(e).outlineWidth")
    assert ring == "solid3px"


def test_past_the_edge_of_a_map_the_walk_goes_on_in_the_next_layer(page: Page, app: str) -> None:
    open_view(page, app)
    draw_and_settle(page)
    view(page).focus()
    start = shown(page)
    assert start.layer == "conv1"
    for x in range(start.x + 1, 26):
        press(page, "ArrowRight", words(start._replace(x=x)))
    press(page, "ArrowRight", "ReLU 1")


def test_a_kernel_slides_step_by_step_and_on_its_own(page: Page, app: str, shipped: Recognizer) -> None:
    expected = open_with_a_four(page, app, shipped)
    start = shown(page)
    part = page.locator(".st-key-network_view")
    result = part.locator(".result")
    for column in range(3):
        part.get_by_role("button", name="Step").click()
        text = result.get_attribute("data-value") or "nan"
        assert float(text) == pytest.approx(float(expected["conv1"][start.channel, 0, column]), abs=1e-4)
    part.get_by_role("button", name="Play").click()
    pause = part.get_by_role("button", name="Pause")
    expect(pause).to_be_visible()
    expect(result).not_to_have_attribute("data-value", text)
    pause.click()
    expect(part.get_by_role("button", name="Play")).to_be_visible()
    stopped = result.get_attribute("data-value")
    part.get_by_role("button", name="Step").click()
    assert stopped is not None
    part.get_by_role("button", name="Stop").click()
    expect(status(page)).to_contain_text("Convolution 1")

    hover_column(page, 4)
    page.mouse.down()
    page.mouse.up()
    source = part.locator("figcaption").first
    expect(source).to_contain_text("From max pool 1, map")
    before = source.inner_text()
    for _ in range(12):  # over one input map, also where another one adds more
        part.get_by_role("button", name="Step").click()
        expect(source).to_have_text(before)


def test_a_tap_pins(tablet_page: Page, app: str, shipped: Recognizer) -> None:
    page = tablet_page
    expected = open_with_a_four(page, app, shipped)
    box = view(page).locator(".column").nth(1).locator("canvas").bounding_box()
    assert box is not None
    page.touchscreen.tap(box["x"] + 8, box["y"] + 8)
    expect(status(page)).to_contain_text("pinned")
    assert check_sum(page, expected).layer == "conv1"

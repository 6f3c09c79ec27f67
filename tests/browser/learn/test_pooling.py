"""The window of the pooling lesson in a real Chromium: by mouse, touch and keyboard, and what it computes."""

from __future__ import annotations

import re

import pytest
import torch
from playwright.sync_api import Locator, Page, expect
from torch.nn import functional as F

from tests.browser.drawing import expect_settled
from tests.browser.layout import expect_within_window

GRID = ".st-key-pooling_grid_window"
MAP = ".st-key-pooling_map_window"


def open_lesson(page: Page, address: str) -> None:
    page.goto(f"{address}/pooling")
    expect(page.get_by_role("heading", name="Pooling", level=1)).to_be_visible()
    expect(page.locator(".st-key-questions")).to_be_visible()
    expect_settled(page)


def status(page: Page, part: str = GRID) -> Locator:
    return page.locator(f"{part} .status")


def result(page: Page, part: str = GRID) -> float:
    """The pooled number of the present window, as the browser has computed it."""
    return float(page.locator(f"{part} .sum").get_attribute("data-value") or "nan")


def typed_grid(page: Page) -> torch.Tensor:
    cells = page.locator(".st-key-pooling_grid_6_grid input")
    expect(cells).to_have_count(36)
    return torch.tensor([float(cell.input_value()) for cell in cells.all()]).reshape(6, 6)


def choose(page: Page, name: str) -> None:
    page.locator(".st-key-pooling_settings").get_by_role("radio", name=name, exact=True).click()
    expect_settled(page)


def test_the_window_goes_where_the_keys_and_the_mouse_say(page: Page, app: str) -> None:
    sent: list[object] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.extend([frame])))
    open_lesson(page, app)
    grid = typed_grid(page)
    pooled = F.max_pool2d(grid[None], 2)[0]
    assert sent, "opening the page has asked the server"
    sent.clear()
    page.locator(f"{GRID} .stage").focus()
    expect(status(page)).to_contain_text("row 1, column 1:")
    for key, row, column in (("ArrowRight", 0, 1), ("ArrowDown", 1, 1), ("ArrowLeft", 1, 0), ("ArrowUp", 0, 0)):
        page.keyboard.press(key)
        expect(status(page)).to_contain_text(f"row {row + 1}, column {column + 1}:")
        assert result(page) == float(pooled[row, column])
    page.keyboard.press("ArrowLeft")  # there is nothing beyond the edge
    expect(status(page)).to_contain_text("row 1, column 1:")
    page.keyboard.press("End")
    expect(status(page)).to_contain_text("row 3, column 3:")
    assert result(page) == float(pooled[2, 2])
    winner = page.locator(f"{GRID} .matrix .winner")
    expect(winner).to_have_count(1)
    expect(winner).to_have_text(f"{int(pooled[2, 2])}")

    box = page.locator(f"{GRID} .input canvas").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(status(page)).to_contain_text("row 2, column 2:")
    assert result(page) == float(pooled[1, 1])
    assert not sent, "nothing runs on the server while the window moves"

    choose(page, "Average")
    expect(status(page)).to_contain_text("/ 4 =")
    assert result(page) == pytest.approx(float(F.avg_pool2d(grid[None], 2)[0, 1, 1]))
    expect(winner).to_have_count(0)
    choose(page, "3x3")
    choose(page, "1")
    expect_settled(page)  # the grid has heard of both
    page.locator(f"{GRID} .stage").focus()
    page.keyboard.press("End")
    expect(status(page)).to_contain_text("row 4, column 4: the mean of 9 numbers")
    assert result(page) == pytest.approx(float(F.avg_pool2d(grid[None], 3, 1)[0, 3, 3]))


def test_the_map_fills_while_the_window_plays(page: Page, app: str) -> None:
    open_lesson(page, app)
    play, step, fill, empty = (
        page.locator(GRID).get_by_role("button", name=name, exact=True) for name in ("Play", "Step", "Fill", "Empty")
    )
    step.click()
    expect(status(page)).to_contain_text("row 1, column 2:")
    play.click()
    expect(page.locator(GRID).get_by_role("button", name="Pause")).to_be_visible()
    expect(status(page)).to_contain_text("row 3, column 3:")
    expect(play).to_be_visible()  # it has come to the end
    step.click()
    expect(status(page)).to_contain_text("row 1, column 1:")
    fill.click()
    empty.click()
    expect(status(page)).to_contain_text("row 1, column 1:")


def test_a_number_typed_over_moves_the_winner(page: Page, app: str) -> None:
    open_lesson(page, app)
    cell = page.get_by_role("textbox", name="Grid to pool, row 1, column 1")
    cell.fill("99")
    cell.press("Enter")
    expect(status(page)).to_contain_text("is 99, from row 1, column 1")
    cell.fill("ninety")
    cell.press("Enter")
    expect(page.get_by_text(re.compile("Row 1, column 1: .*is not a number"))).to_be_visible()
    expect(status(page)).to_contain_text("is 99")


def test_a_map_of_the_digit_is_pooled_by_touch(tablet_page: Page, app: str) -> None:
    page = tablet_page
    open_lesson(page, app)
    canvas = page.locator(f"{MAP} .input canvas")
    canvas.scroll_into_view_if_needed()
    before = status(page, MAP).inner_text()
    box = canvas.bounding_box()
    assert box is not None
    page.touchscreen.tap(box["x"] + 3, box["y"] + box["height"] / 2)
    expect(status(page, MAP)).not_to_have_text(before)
    expect(status(page, MAP)).to_contain_text("row 7, column 1:")
    page.locator(".st-key-pooling_maps figure").nth(2).click()
    expect(page.locator(".st-key-pooling_maps figure").nth(2)).to_have_attribute("aria-pressed", "true")
    number = page.locator(".st-key-pooling_maps figure").nth(2).locator(".title").inner_text()
    expect(page.locator(f"{MAP} figcaption").first).to_have_text(f"Feature map {number}, 26x26")
    expect_settled(page)
    expect_within_window(page, page.locator(f"{GRID} canvas, {MAP} canvas, figure"))

"""Use the Draw page as a person does: with the mouse."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable, Sequence
from itertools import pairwise

from playwright.sync_api import Locator, Page, expect

from model.data.strokes import Stroke, place_strokes

CEILING_SECONDS = 90
"""After this time a condition counts as never met. It is far above what a busy machine needs."""

CANVAS = 320
PEN = 22
STEP = 7


def canvas(page: Page) -> Locator:
    return page.locator(".st-key-canvas canvas.upper-canvas")


def open_draw_page(page: Page, address: str) -> None:
    page.goto(address)
    expect(canvas(page)).to_be_visible()
    expect(prediction(page)).to_be_visible()


def prediction(page: Page) -> Locator:
    return page.locator(".st-key-prediction")


def pen_path(strokes: Sequence[Stroke], size: float = 220) -> list[list[tuple[int, int]]]:
    """Where the mouse goes on the canvas: whole pixels a few apart, as a hand's movement is reported."""
    paths = []
    for stroke in place_strokes(strokes, CANVAS, size, PEN):
        path = [(round(x), round(y)) for x, y in stroke[:1]]
        for (x0, y0), (x1, y1) in pairwise(stroke):
            count = max(1, round(math.hypot(x1 - x0, y1 - y0) / STEP))
            shares = [number / count for number in range(1, count + 1)]
            path += [(round(x0 + (x1 - x0) * share), round(y0 + (y1 - y0) * share)) for share in shares]
        paths.append(path)
    return paths


def draw(page: Page, strokes: Sequence[Stroke], size: float = 220) -> None:
    """Draw the strokes in the middle of the canvas; returns at pen-up, before the answer."""
    canvas(page).scroll_into_view_if_needed()
    box = canvas(page).bounding_box()
    assert box is not None
    for path in pen_path(strokes, size):
        at = [(box["x"] + x, box["y"] + y) for x, y in path]
        page.mouse.move(*at[0])
        page.mouse.down()
        for x, y in at[1:]:
            page.mouse.move(x, y)
        page.mouse.up()


def expect_digit(page: Page, digit: int) -> None:
    expect(prediction(page)).to_have_text(re.compile(rf"^\s*{digit}(?!\d)"))


def expect_invitation(page: Page) -> None:
    expect(prediction(page)).to_contain_text("Draw a digit from 0 to 9")


def expect_settled(page: Page) -> None:
    """The server has nothing more to send."""
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")


def wait_until(page: Page, holds: Callable[[], bool]) -> None:
    """For what `expect` cannot wait for: pixels, places, sums. Looks again in every frame of the page."""
    deadline = time.monotonic() + CEILING_SECONDS
    while not holds():
        assert time.monotonic() < deadline, f"Still not so after {CEILING_SECONDS} s"
        page.evaluate("() => new Promise(requestAnimationFrame)")


def click_later(page: Page, button: Locator, condition: str, part: Locator) -> None:
    """From now on the page looks in every frame whether the condition on `part` holds, and then clicks the button.

    This stops an animation at the right time, however slow the machine is. Call it before the animation starts.
    """
    look = f"const look = () => {{ ({condition}) ? button.click() : requestAnimationFrame(look) }}"
    page.evaluate(f"([part, button]) => {{ {look}; look() }}", [part.element_handle(), button.element_handle()])


def ink(page: Page) -> list[int]:
    """The canvas's red channel, row by row."""
    values: list[int] = page.locator(".st-key-canvas canvas.dc-canvas.lower-canvas").evaluate(
        "c => Array.from(c.getContext('2d').getImageData(0, 0, c.width, c.height).data).filter((_, i) => i % 4 === 0)"
    )
    return values


ONE: tuple[Stroke, ...] = (((50.0, 0.0), (50.0, 100.0)),)
SEVEN: tuple[Stroke, ...] = (((0.0, 0.0), (60.0, 0.0), (25.0, 100.0)),)
FOUR: tuple[Stroke, ...] = (((25.0, 0.0), (0.0, 60.0), (65.0, 60.0)), ((50.0, 25.0), (50.0, 100.0)))

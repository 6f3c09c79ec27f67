"""What the app knows of the inside of streamlit-drawable-canvas, see drawable_canvas.js among the browser parts.

These tests fail when an update of that component changes it.
"""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.drawing import ONE, draw, expect_digit, open_draw_page
from ui.draw.canvas import SIDE

_RECORD = """
window.sends = []; window.penUps = []
const send = WebSocket.prototype.send
WebSocket.prototype.send = function (...message) { window.sends.push(performance.now()); send.apply(this, message) }
document.addEventListener("pointerup", () => window.penUps.push(performance.now()), { capture: true })
"""
_WAITS = """window.penUps.map((up) => Math.min(...window.sends.filter((time) => time >= up)) - up)"""

DEBOUNCE_MS = 200
MOST_STROKES = 20
"""On a busy machine a timer is late. One of so many strokes is sent in time."""


def test_its_two_canvas_elements_and_its_hidden_toolbar_are_in_one_open_shadow_root(page: Page, app: str) -> None:
    open_draw_page(page, app)
    for name in ("dc-canvas.lower-canvas", "upper-canvas"):
        box = page.locator(f".st-key-canvas canvas.{name}").bounding_box()
        assert box is not None
        assert (box["width"], box["height"]) == (SIDE, SIDE)
    expect(page.locator(".st-key-canvas .dc-toolbar")).to_have_count(1)
    page.locator(".st-key-canvas canvas.upper-canvas").hover()
    expect(page.locator(".st-key-canvas .dc-toolbar")).to_be_hidden()


def test_its_message_is_sent_200_ms_after_the_pen_is_lifted(page: Page, app: str) -> None:
    page.add_init_script(_RECORD)
    open_draw_page(page, app)
    drawn: list[float] = []
    for _stroke in range(MOST_STROKES):
        draw(page, ONE)
        expect_digit(page, 1)
        page.get_by_role("button", name="Clear").click()
        expect(page.get_by_role("button", name="Clear")).to_be_disabled()
        waits = page.evaluate(_WAITS)
        drawn = sorted(wait for wait in waits if wait > DEBOUNCE_MS / 4)  # a click of a button is sent at once
        if len(drawn) >= 3 and drawn[0] <= 2 * DEBOUNCE_MS:
            break
    assert len(drawn) >= 3
    assert drawn[0] >= DEBOUNCE_MS - 5, "it waits less: change SEND_DELAY_MS"
    assert drawn[0] <= 2 * DEBOUNCE_MS, "it waits longer: change SEND_DELAY_MS"

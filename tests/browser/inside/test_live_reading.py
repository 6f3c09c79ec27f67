"""The engine reads the drawing while the pen moves; Python settles it at pen-up."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, WebSocket, expect

from tests.browser.drawing import (
    FOUR,
    ONE,
    SEVEN,
    canvas,
    draw,
    expect_digit,
    expect_invitation,
    expect_settled,
    open_draw_page,
    pen_path,
    prediction,
)
from tests.browser.inside.network_view import draw_and_settle, open_view, shown, view
from tests.browser.page_state import expose_page_state

MOST_BYTES_PER_DRAWING = 60_000
# The page cannot reach the canvas: as if the drawing component kept it in a closed shadow root.
CANNOT_FIND = """
const { get } = Object.getOwnPropertyDescriptor(Element.prototype, "shadowRoot")
Object.defineProperty(Element.prototype, "shadowRoot", {
  get() { return this.closest(".st-key-canvas") ? null : get.call(this) },
})
"""
# It can be found, and not be read.
CANNOT_READ = "CanvasRenderingContext2D.prototype.getImageData = () => { throw new Error('not allowed') }"
# The answer to an earlier stroke comes just after the pen is lifted, and before the canvas sends the new stroke. On a
# busy machine the timer is late, so the moment of pen-up is set again.
SETTLE_AT_PEN_UP = """
window.addEventListener("pointerup", () => setTimeout(() => {
  pageState.penUp = performance.now()
  showReading()
  window.atPenUp = pageState.frame.image.join()
}), { capture: true, once: true })
"""


def test_the_view_follows_the_pen_before_it_is_lifted(page: Page, app: str) -> None:
    open_view(page, app)
    box = canvas(page).bounding_box()
    assert box is not None
    expect(page.locator(".st-key-network_view .hint")).to_contain_text("Draw a digit")
    path = [(box["x"] + x, box["y"] + y) for x, y in pen_path(SEVEN)[0]]
    page.mouse.move(*path[0])
    page.mouse.down()
    middle = len(path) // 2
    for x, y in path[1:middle]:
        page.mouse.move(x, y)
    page.wait_for_function("pageState.frame?.live")
    expect(page.locator(".st-key-network_view .hint")).to_contain_text("The line goes from the answer")
    captions = page.locator(".st-key-network_view figcaption")
    place = shown(page)  # the line and the pictures tell of the same number
    expect(captions.nth(1)).to_contain_text(f"To convolution 1, map {place.channel + 1},")
    assert place.layer == "conv1"
    early = page.evaluate("pageState.frame.image.join()")
    for x, y in path[middle:]:
        page.mouse.move(x, y)
    page.wait_for_function("early => pageState.frame.image.join() !== early", arg=early)
    page.wait_for_function("pageState.frame.winner === 7")
    assert page.evaluate("pageState.penDown && pageState.frame.live")
    page.mouse.up()
    page.wait_for_function("!pageState.frame.live && pageState.frame.winner === 7")


def test_the_answer_to_an_earlier_stroke_does_not_take_a_later_one_back(page: Page, app: str) -> None:
    open_view(page, app)
    draw_and_settle(page)
    before = page.evaluate("pageState.frame.image.join()")
    box = canvas(page).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 30, box["y"] + 280)
    page.mouse.down()
    page.mouse.move(box["x"] + 290, box["y"] + 280, steps=10)
    page.wait_for_function("pageState.frame.live")
    page.evaluate("showReading()")  # the first stroke's answer, while the second is being drawn
    assert page.evaluate("pageState.frame.live")
    page.evaluate(SETTLE_AT_PEN_UP)
    page.mouse.up()
    assert page.wait_for_function("window.atPenUp").json_value() != before
    page.wait_for_function("before => !pageState.frame.live && pageState.frame.image.join() !== before", arg=before)


def test_the_bars_of_the_draw_page_move_while_the_pen_moves_and_settle_on_pythons_answer(page: Page, app: str) -> None:
    open_draw_page(page, app)
    expose_page_state(page)
    page.wait_for_function("pageState.network !== null")
    rows = page.locator(".st-key-probabilities [role=listitem]")
    box = canvas(page).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 160, box["y"] + 50)
    page.mouse.down()
    for y in range(50, 280, 6):
        page.mouse.move(box["x"] + 160, box["y"] + y)
    expect(rows.nth(1)).to_have_class(re.compile("winner"))
    expect(prediction(page)).to_contain_text("Draw a digit from 0 to 9")  # Python has not been told yet
    before = rows.nth(1).inner_text()
    assert re.search(r"\d+\.\d%", before)
    page.mouse.up()
    expect_digit(page, 1)
    expect_settled(page)
    answer = re.search(r"(> )?\d+\.\d%", prediction(page).inner_text())
    assert answer
    expect(rows.nth(1)).to_contain_text(answer.group())


@pytest.mark.parametrize("obstacle", [CANNOT_FIND, CANNOT_READ], ids=["not found", "not readable"])
def test_without_a_readable_canvas_both_pages_wait_for_pen_up(page: Page, app: str, obstacle: str) -> None:
    page.add_init_script(obstacle)
    open_draw_page(page, app)
    expose_page_state(page)
    page.wait_for_function("pageState.network !== null")
    draw(page, ONE)
    expect_digit(page, 1)
    expect(page.locator(".st-key-probabilities [role=listitem]").nth(1)).to_have_class(re.compile("winner"))
    page.get_by_role("link", name="Feature maps").click()
    expect(view(page).locator(".column").first).to_be_visible()
    page.get_by_role("button", name="Clear").click()
    page.wait_for_function("pageState.frame?.blank")
    draw(page, SEVEN)
    page.wait_for_function("pageState.frame?.winner === 7")
    assert page.evaluate("pageState.timings.length") == 0  # nothing was read while the pen moved
    expect(page.get_by_test_id("stException")).to_have_count(0)


def test_a_drawing_costs_little_on_the_wire_and_the_weights_travel_once(page: Page, app: str) -> None:
    sizes: list[int] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda payload: sizes.append(len(payload)))

    page.on("websocket", listen)
    open_view(page, app)
    assert max(sizes) > 300_000  # here they come
    for strokes in (FOUR, SEVEN):
        sizes.clear()
        draw(page, strokes)
        page.wait_for_function("pageState.frame && !pageState.frame.live && !pageState.frame.blank")
        expect_settled(page)
        assert 0 < sum(sizes) <= MOST_BYTES_PER_DRAWING
    for name in ("Draw a digit", "The network", "Draw a digit", "Feature maps"):
        sizes.clear()
        page.get_by_role("link", name=name).click()
        expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
        expect_settled(page)
        assert max(sizes) < 100_000, name
    page.get_by_role("link", name="Draw a digit").click()
    page.get_by_role("button", name="Clear").click()
    expect_invitation(page)
    draw(page, SEVEN)
    expect_digit(page, 7)
    expect_settled(page)
    sizes.clear()
    draw(page, ONE)
    expect(page.get_by_text("After stroke 2")).to_be_visible()
    expect_settled(page)
    assert 0 < sum(sizes) <= MOST_BYTES_PER_DRAWING

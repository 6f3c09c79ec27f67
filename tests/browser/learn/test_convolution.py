"""The sliding views of the lesson on convolution: by mouse, keyboard and film, with the numbers of numpy and torch."""

from __future__ import annotations

import re

import numpy as np
import pytest
import torch
from playwright.sync_api import Locator, Page, WebSocket, expect

from model.data.painting import render_strokes
from model.data.strokes import place_strokes
from model.recognizer import Recognizer
from model.theory.convolution.channels import untrained_layer
from model.theory.convolution.curves import STEP, TRAVEL, convolve, curve
from model.theory.convolution.kernels import kernel, slide
from model.theory.convolution.learned_filter import learned_filter
from tests.browser.drawing import click_later, expect_settled
from ui.draw.canvas import PEN, SIDE
from ui.learn.lesson_digit import EXAMPLE

GRID_VALUES = (
    "grids => grids.map(grid => Array.from(grid.querySelectorAll('span'), cell => Number(cell.dataset.value)))"
)


def part(page: Page, key: str) -> Locator:
    return page.locator(f".st-key-convolution_{key}")


def status(page: Page, key: str) -> Locator:
    return part(page, key).locator("output.status")


def open_lesson(page: Page, address: str) -> list[str]:
    """Opens the page; returns a list to which every message to the server is added from now on."""
    sent: list[str] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framesent", lambda frame: sent.append(str(frame)[:80]))

    page.on("websocket", listen)
    page.goto(f"{address}/convolution")
    expect(page.get_by_role("heading", name="Convolution", exact=True)).to_be_visible()
    for key in ("curves", "view", "channels", "learned"):
        expect(status(page, key)).not_to_be_empty()
    expect_settled(page)
    sent.clear()
    return sent


def number(locator: Locator, name: str) -> float:
    return float(locator.get_attribute(f"data-{name}") or "nan")


def example() -> np.ndarray:
    pixels = render_strokes(place_strokes(EXAMPLE, SIDE, 220, PEN), PEN, SIDE)
    return Recognizer.load().read(pixels).image


def point(canvas: Locator, x: float, y: float) -> tuple[float, float]:
    """A point of a picture, given as shares of its width and height, on the screen."""
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    return box["x"] + x * box["width"], box["y"] + y * box["height"]


def choose(page: Page, key: str, option: str) -> None:
    part(page, key).get_by_text(option, exact=True).click()
    expect_settled(page)


def play_until(page: Page, key: str, condition: str) -> None:
    """Play, and pause when the condition on the status line `part` holds."""
    play = part(page, key).get_by_role("button", name="Play")
    click_later(page, play, condition, status(page, key))
    play.click()
    expect(play).to_be_visible()  # it is "Pause" while it plays


def test_a_curve_slides_and_its_convolution_builds_up(page: Page, app: str) -> None:
    sent = open_lesson(page, app)
    curves, told = part(page, "curves"), status(page, "curves")
    result = curves.locator("path.result")
    expected = convolve(curve("box"), curve("decay"))

    def reached() -> int:
        return (result.get_attribute("d") or "").count("L")

    def check() -> None:
        t, area = number(told, "t"), number(told, "area")
        assert area == pytest.approx(expected[round((t + TRAVEL) / STEP)], abs=1e-6)
        assert re.match(rf"t = .*{abs(t):.2f}: the area is .*{abs(area):.3f}", told.inner_text())

    assert number(told, "t") == -TRAVEL
    assert reached() == 0  # nothing is given away
    curves.get_by_role("slider").focus()
    for press in range(43):
        page.keyboard.press("ArrowRight")
        if press % 6 == 0:
            check()
    assert number(told, "t") == pytest.approx(0.3)
    check()
    page.keyboard.press("Shift+ArrowRight")
    assert number(told, "t") == pytest.approx(0.3 + STEP)
    page.keyboard.press("ArrowLeft")
    assert reached() == 216  # what has been seen stays
    top, bottom = curves.locator(".stage svg").all()
    page.mouse.move(*point(top, 0.3, 0.5))
    page.mouse.down()
    for share in (0.33, 0.36, 0.4):
        page.mouse.move(*point(top, share, 0.5))
    assert number(told, "t") == pytest.approx(1.2, abs=0.15)  # dragged by a tenth of ten, from where it was
    page.mouse.up()
    page.mouse.move(*point(top, 0.9, 0.5))
    check()
    assert number(told, "t") < 2  # let go
    page.mouse.click(*point(bottom, 0.5, 0.5))
    check()
    assert number(told, "t") == pytest.approx(0, abs=0.2)

    curves.get_by_role("button", name="Start again").click()
    assert reached() == 0
    assert not sent  # no movement asks the server


def test_a_film_of_a_curve_can_be_stopped_and_areas_below_zero_have_a_sign(page: Page, app: str) -> None:
    open_lesson(page, app)
    curves, told = part(page, "curves"), status(page, "curves")
    result = curves.locator("path.result")
    page.get_by_label("f, which stays").click()
    page.get_by_role("option", name="One sine wave").click()
    expect(curves.get_by_role("img", name="f: One sine wave")).to_be_visible()
    expected = convolve(curve("sine"), curve("decay"))
    play_until(page, "curves", "Number(part.dataset.t) > -3")
    stopped = number(told, "t")
    assert -3 < stopped < 3
    assert (result.get_attribute("d") or "").count("L") == round((stopped + TRAVEL) / STEP)
    assert number(told, "area") == pytest.approx(expected[round((stopped + TRAVEL) / STEP)], abs=1e-6)
    curves.get_by_role("button", name="Start again").click()
    curves.get_by_role("slider").focus()
    for _press in range(40):
        page.keyboard.press("ArrowRight")
    assert number(told, "t") == pytest.approx(0)
    assert number(told, "area") == pytest.approx(expected[len(expected) // 2], abs=1e-6)
    assert number(told, "area") < -0.1
    expect(curves.locator("path.negative")).to_have_attribute("d", re.compile("^M"))
    expect(curves.locator("text.sign", has_text="\N{MINUS SIGN}")).to_be_visible()  # not by colour alone


def test_a_kernel_slides_over_the_digit_with_the_numbers_of_torch(page: Page, app: str) -> None:
    sent = open_lesson(page, app)
    view, told = part(page, "view"), status(page, "view")
    picture, output = view.locator("figure canvas").all()
    image = example()
    expected = slide(image, kernel("vertical", 3))

    def check() -> tuple[int, int]:
        row, column = int(number(told, "row")), int(number(told, "column"))
        value = expected[row, column]
        assert number(told, "value") == pytest.approx(value, abs=1e-5)
        grids = view.locator(".matrix").evaluate_all(GRID_VALUES)
        assert np.multiply(grids[0], grids[1]) == pytest.approx(np.array(grids[2]), abs=1e-6)
        assert sum(grids[2]) == pytest.approx(value, abs=1e-5)
        assert f"{abs(value):.3f}" in view.locator(".result").inner_text()
        return row, column

    row, column = check()
    assert abs(expected[row, column]) == np.abs(expected).max()  # it starts where something is to be seen
    page.mouse.move(*point(picture, 0.5, 0.5))
    assert check() == (13, 13)
    page.mouse.move(*point(output, 0.25, 0.75))
    assert check() == (19, 6)
    page.mouse.click(*point(picture, 0.4, 0.4))  # held from now on
    held = check()
    page.mouse.move(*point(picture, 0.9, 0.9))
    assert check() == held
    view.locator(".field").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    assert check() == (held[0] + 1, held[1] + 1)
    for _press in range(30):
        page.keyboard.press("ArrowLeft")
    assert check() == (held[0] + 1, 0)

    view.get_by_role("button", name="Empty").click()
    view.get_by_role("button", name="Step").click()
    assert check() == (held[0] + 1, 1)
    view.get_by_role("button", name="Fill").click()
    play_until(page, "view", "2 <= Number(part.dataset.row) && Number(part.dataset.row) < 10")  # from the first row
    stopped = check()
    assert 2 <= stopped[0] < 26
    assert not sent

    choose(page, "padding", "2")
    choose(page, "stride", "3")
    expect(view.get_by_text("Output: 10 \N{MULTIPLICATION SIGN} 10")).to_be_visible()
    expected = slide(image, kernel("vertical", 3), 3, 2)
    page.mouse.click(*point(picture, 0.02, 0.02))
    assert check() == (0, 0)
    assert view.locator(".outside").count() == 8  # of nine numbers, one lies on the picture
    choose(page, "flipped", "Flipped: convolution")
    expected = -expected
    check()
    expect(view.get_by_role("img", name="flipped kernel")).to_be_visible()


def test_channels_add_up_and_a_learned_kernel_gives_what_the_network_gives(page: Page, app: str) -> None:
    sent = open_lesson(page, app)
    image = example()
    page.get_by_label("Input channels").fill("6")
    page.keyboard.press("Enter")
    sums, told = part(page, "channels"), status(page, "channels")
    expect(sums.get_by_text("2 more")).to_be_visible()
    expect_settled(page)
    layer = untrained_layer(image, 3, 6, 2, 2)
    sent.clear()
    sums.get_by_role("button", name="Output 2").click()
    sums.locator(".table").focus()
    for key in ("ArrowUp", "ArrowUp", "ArrowLeft"):
        page.keyboard.press(key)
    row, column = int(number(told, "row")), int(number(told, "column"))
    assert number(told, "chosen") == 1
    assert number(told, "value") == pytest.approx(float(layer.outputs[1, row, column]), abs=1e-5)
    shown = [float(each.inner_text().replace("\N{MINUS SIGN}", "-")) for each in sums.locator(".part output").all()]
    parts = [float(part_) for part_ in layer.parts[1, :4, row, column]]
    truth = [*parts, float(layer.parts[1, 4:, row, column].sum()), float(layer.bias[1]), number(told, "value")]
    assert shown == pytest.approx(truth, abs=6e-4)
    assert not sent

    choose(page, "learned_layer", "2")
    learned, told = part(page, "learned"), status(page, "learned")
    expect(learned.get_by_text("Layer 1, map 1")).to_be_visible()
    found = learned_filter(Recognizer.load().network, 1, 0, 0, torch.from_numpy(image.copy()))
    page.mouse.click(*point(learned.locator("figure canvas").nth(1), 0.5, 0.5))
    row, column = int(number(told, "row")), int(number(told, "column"))
    assert number(told, "value") == pytest.approx(float(found.output[row, column]), abs=1e-4)


def test_a_finger_drags_the_window_and_less_motion_jumps(tablet_page: Page, app: str) -> None:
    page = tablet_page
    page.emulate_media(reduced_motion="reduce")
    open_lesson(page, app)
    view, told = part(page, "view"), status(page, "view")
    picture = view.locator("figure canvas").first
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.touchscreen.tap(*point(picture, 0.5, 0.25))
    assert (number(told, "row"), number(told, "column")) == (6, 13)
    view.get_by_role("button", name="Play").tap()
    rows: set[str | None] = set()
    while len(rows) < 3:
        another = "([status, rows]) => !rows.includes(status.dataset.row)"
        page.wait_for_function(another, arg=[told.element_handle(), [*rows]])
        rows.add(told.get_attribute("data-row"))
        assert number(told, "column") == 0  # row by row
    view.get_by_role("button", name="Pause").tap()

"""Use the network view: open it, point into it, and compare its numbers with those of PyTorch."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
import pytest
import torch
from playwright.sync_api import Locator, Page, expect

from model.recognizer import Recognizer
from tests.browser.drawing import CANVAS, FOUR, canvas, draw, expect_settled, ink
from tests.browser.page_state import expose_page_state

LAYERS = {
    "Convolution": "conv",
    "Batch norm": "norm",
    "Max pool": "pool",
    "Average pool": "pool",
    "Dense": "dense",
    "ReLU": "activation",
    "Tanh": "activation",
    "GELU": "activation",
    "Sigmoid": "activation",
    "The input": "input",
}
COLUMNS = {
    "input": "The input",
    "conv": "Convolution",
    "norm": "Batch norm",
    "pool": "(Max|Average) pool",
    "dense": "Dense",
    "output": "The output",
}
"""What the line for screen readers begins with for the number of a column; an activation keeps its name."""


Truth = dict[str, torch.Tensor]


class Place(NamedTuple):
    """One number as the view's line for screen readers names it, counted from 0; in a dense layer y and x are 0."""

    layer: str
    channel: int
    y: int
    x: int
    value: float


def view(page: Page) -> Locator:
    return page.locator(".st-key-network_view .overview")


def status(page: Page) -> Locator:
    return page.locator(".st-key-network_view .status")


def open_view(page: Page, address: str) -> None:
    page.goto(f"{address}/feature_maps")
    expect(canvas(page)).to_be_visible()
    expect(view(page).locator(".column").first).to_be_visible()
    expect_settled(page)
    expose_page_state(page)


def draw_and_settle(page: Page) -> None:
    draw(page, FOUR)
    page.wait_for_function("pageState.frame && !pageState.frame.live && !pageState.frame.blank")
    expect_settled(page)


def open_with_a_four(page: Page, address: str, recognizer: Recognizer) -> Truth:
    open_view(page, address)
    draw_and_settle(page)
    return truth(page, recognizer)


def shown(page: Page) -> Place:
    text = status(page).inner_text().replace("\N{MINUS SIGN}", "-")
    found = re.match(
        r"([A-Z][A-Za-z ]*?) ?(\d*)(?:, (?:map|unit) (\d+))?(?:, row (\d+), column (\d+))?: (-?\d+\.\d+)", text
    )
    assert found, text
    name, number, channel, row, column, value = found.groups()
    kind = LAYERS[name]
    layer = f"dense_{kind}" if kind == "activation" and not number else f"{kind}{number}"
    return Place(layer, int(channel or 1) - 1, int(row or 1) - 1, int(column or 1) - 1, float(value))


def truth(page: Page, recognizer: Recognizer) -> Truth:
    """PyTorch's numbers for what is on the canvas now, by layer: (channels, height, width), units as (units, 1, 1)."""
    pixels = np.array(ink(page), np.uint8).reshape(CANVAS, CANVAS)
    with torch.inference_mode():
        image = torch.from_numpy(recognizer.read(pixels).image)[None, None]
        outputs = {"input": image, **dict(recognizer.network.named_outputs(image))}
    return {name: output[0].reshape(*output.shape[1:], *(1,) * (4 - output.ndim)) for name, output in outputs.items()}


def values(parts: Locator) -> list[float]:
    """The number that each of the parts carries."""
    found: list[float] = parts.evaluate_all("all => all.map(part => Number(part.dataset.value ?? NaN))")
    return found


def check_sum(page: Page, expected: Truth) -> Place:
    """What is shown is PyTorch's number, in the line above and as the result of the arithmetic below."""
    place = shown(page)
    number = float(expected[place.layer][place.channel, place.y, place.x])
    assert place.value == pytest.approx(number, abs=2e-4)  # it is written with four decimals
    if place.layer != "input":
        result = page.locator(".st-key-network_view .result").get_attribute("data-value")
        assert float(result or "nan") == pytest.approx(number, abs=1e-4)
    return place


def point_into(page: Page, number: int, share: tuple[float, float] = (0.2, 0.04)) -> None:
    """Move the mouse into a column of the overview, scrolled to its top, at a share of its width and height."""
    column = view(page).locator(".column").nth(number)
    view(page).scroll_into_view_if_needed()
    column.locator(".scroll").evaluate("part => { part.scrollTop = 0 }")
    box = column.locator("canvas").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * share[0], box["y"] + box["height"] * share[1])


def hover_column(page: Page, number: int, share: tuple[float, float] = (0.2, 0.04)) -> None:
    """The same, until the view shows a number of that column."""
    point_into(page, number, share)
    kind, _, count = view(page).locator(".column .layer").nth(number).inner_text().partition(" ")
    expect(status(page)).to_have_text(re.compile(rf"^{COLUMNS.get(kind, kind)} ?{count}\b"))


def press(page: Page, key: str, shows: str | re.Pattern[str]) -> None:
    """Press a key, until the line for screen readers has what it should show."""
    page.keyboard.press(key)
    expect(status(page)).to_contain_text(shows)


def words(place: Place) -> str:
    """A place of a feature map in the words of that line, without its layer."""
    return f", map {place.channel + 1}, row {place.y + 1}, column {place.x + 1}:"

"""The activation curves in a real Chromium: the point moves without the server, and its numbers are torch's."""

from __future__ import annotations

import re

import pytest
import torch
from playwright.sync_api import Locator, Page, expect

from model.theory.activations import NAMES, value_and_derivative
from tests.browser.drawing import expect_settled
from tests.browser.layout import expect_within_window


def open_lesson(page: Page, address: str, name: str = "activations") -> None:
    page.goto(f"{address}/{name}")
    expect(page.locator(".st-key-questions")).to_be_visible()
    expect_settled(page)


def slider(page: Page) -> Locator:
    return page.get_by_role("slider", name="Move along the curves")


def figures(page: Page, name: str) -> tuple[float, float]:
    """f(z) and f'(z) of a function, as its row of the table shows them."""
    row = page.locator(".st-key-activations_curves tbody tr").filter(has_text=re.compile(rf"^{name}[^A-Za-z]"))
    value, slope = (float(text.replace("\N{MINUS SIGN}", "-")) for text in row.locator("td").all_inner_texts())
    return value, slope


def expect_torch(page: Page, z: float) -> None:
    """All rows show what torch says at z."""
    expect(slider(page)).to_have_attribute("aria-valuenow", re.compile(rf"^{z:g}$"))
    for key in ("relu", "leaky_relu", "gelu", "sigmoid", "tanh"):
        value, slope = value_and_derivative(key, torch.tensor(z, dtype=torch.float64))
        assert figures(page, NAMES[key]) == pytest.approx((float(value), float(slope)), abs=5.1e-5)


def test_the_point_follows_keys_and_mouse_and_shows_torchs_numbers(page: Page, app: str) -> None:
    open_lesson(page, app)
    expect_torch(page, 1.0)
    slider(page).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("PageUp")
    expect_torch(page, 1.55)
    page.keyboard.press("Home")
    expect_torch(page, -5.0)
    page.keyboard.press("ArrowLeft")  # there is nothing further left
    expect_torch(page, -5.0)
    for svg in (0, 1):  # the curve and its derivative
        box = slider(page).locator("svg").nth(svg).bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] / 2)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] * (34 + 0.4 * 376) / 420, box["y"] + 5, steps=4)
        page.mouse.up()
        expect_torch(page, -1.0)
        page.mouse.move(box["x"] + box["width"], box["y"])
        expect_torch(page, -1.0)  # let go of
    status = page.locator(".st-key-activations_curves output")
    expect(status).to_contain_text("Tanh gives \N{MINUS SIGN}0.7616, and the slope of its tangent is 0.4200")
    page.get_by_role("radio", name="Tangent of ReLU", exact=True).check()
    expect(status).to_contain_text("At z = \N{MINUS SIGN}1.00, ReLU gives 0.0000")

    page.get_by_role("button", name="Sigmoid", exact=True).click()  # the pill: one function less
    expect(page.locator(".st-key-activations_curves tbody tr")).to_have_count(4)
    expect(slider(page)).to_have_attribute("aria-valuenow", "-1")  # the point stays where it was
    expect(page.get_by_role("radio", name="Tangent of ReLU", exact=True)).to_be_checked()


@pytest.mark.parametrize("lesson", ["neurons", "activations"])
def test_nothing_is_cut_off_on_a_tablet(tablet_page: Page, app: str, lesson: str) -> None:
    open_lesson(tablet_page, app, lesson)
    main = tablet_page.get_by_test_id("stMain")
    expect_within_window(tablet_page, main.locator("figure, svg:visible, input:visible, button:visible, table, canvas"))


def test_a_typed_number_moves_through_the_neuron(page: Page, app: str) -> None:
    open_lesson(page, app, "neurons")
    drawing = page.locator(".st-key-neurons_one").get_by_role("img")
    expect(drawing).to_have_attribute("aria-label", re.compile(r"Bias 0\.5\. Sum 1\.3\. After ReLU: 1\.3\."))
    field = page.get_by_role("textbox", name="Inputs and weights, row 1, column 2")
    field.fill("-2")
    field.press("Enter")
    expect(drawing).to_have_attribute("aria-label", re.compile(r"1 . -2 = -2; .* Sum -1\.5\. After ReLU: 0\."))
    expect(drawing.locator("text", has_text="-1.5")).to_be_visible()
    page.get_by_role("button", name=re.compile("^3. Weights of hidden unit 3|Weights of hidden unit 3;")).click()
    expect(page.get_by_text("Hidden unit 3 is a neuron like the one above")).to_be_visible()
    page.get_by_role("button", name="One step").click()
    expect(page.get_by_role("row", name=re.compile(r"^Steps\s+1$"))).to_be_visible()

"""The map of the optimizers and the grid of units in a real Chromium: by mouse, keyboard and finger."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from model.theory.overfitting.descent import HEIGHT, SURFACES, WIDTH, all_paths
from tests.browser.drawing import click_later, expect_settled
from tests.browser.layout import expect_within_window


def open_lesson(page: Page, address: str) -> None:
    page.goto(f"{address}/overfitting")
    expect(page.get_by_role("heading", name="Predict first")).to_be_visible()
    expect_settled(page)


def part(page: Page) -> Locator:
    return page.locator(".st-key-overfitting_descent")


def the_map(page: Page) -> Locator:
    return part(page).locator(".map")


def status(page: Page) -> Locator:
    return part(page).locator(".status")


def slider(page: Page, name: str) -> Locator:
    return part(page).get_by_role("slider", name=name)


def spot(page: Page, x: float, y: float) -> tuple[float, float]:
    """Where a point of the map is on the screen."""
    the_map(page).scroll_into_view_if_needed()
    box = the_map(page).bounding_box()
    assert box is not None
    return box["x"] + box["width"] * (x / WIDTH + 1) / 2, box["y"] + box["height"] * (1 - y / HEIGHT) / 2


def choose(page: Page, group: str, name: str) -> None:
    page.locator(f".st-key-overfitting_{group}").get_by_role("radio", name=name, exact=True).click()
    expect_settled(page)


def test_a_click_starts_the_paths(page: Page, app: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    open_lesson(page, app)
    choose(page, "surface", "Two valleys")
    expect(status(page)).to_contain_text("The start is (2.60, 1.20)")  # the map has the new surface
    page.mouse.click(*spot(page, 1.5, -1.2))
    expect(slider(page, "Steps taken")).to_have_value("100")  # at once, for those who want nothing to move
    expect(status(page)).to_contain_text("after 100 steps: SGD has a loss of")
    expect_settled(page)
    question = page.locator(".st-key-question_rate")
    expect(question).to_contain_text(re.compile(r"from \(1\.[45]\d?, -1\.[12]\d?\)"))  # the questions use the new start
    ends = part(page).locator(".drawing .end")
    shapes = {ends.nth(number).get_attribute("d") for number in range(3)}
    dashes = [
        part(page).locator(".drawing .line").nth(number).evaluate("e => getComputedStyle(e).strokeDasharray")
        for number in range(3)
    ]
    assert len(shapes) == len(set(dashes)) == 3


def test_the_keyboard_moves_the_start_and_takes_steps_and_a_wild_rate_is_called_divergence(
    page: Page, app: str
) -> None:
    page.emulate_media(reduced_motion="reduce")
    open_lesson(page, app)
    choose(page, "surface", "A long valley")
    expect(status(page)).to_contain_text("The start is (-2.60, 1.20)")  # the map has the new surface
    the_map(page).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    expect(status(page)).to_contain_text("The start is (-2.50, 1.10)")
    page.keyboard.press("Space")
    page.keyboard.press("Space")
    expect(slider(page, "Steps taken")).to_have_value("2")
    slider(page, "Learning rate").focus()
    page.keyboard.press("End")
    expect(part(page).locator(".rate .value")).to_have_text("3")
    the_map(page).focus()
    page.keyboard.press("Enter")
    steps = len(all_paths(SURFACES[1], (-2.5, 1.1), 3.0, 0.9)["sgd"]) - 1
    expect(status(page)).to_contain_text(f"SGD diverged at step {steps}")
    rows = part(page).locator("tbody tr")
    expect(rows.nth(0)).to_contain_text(f"divergedstep {steps}")
    expect(rows.nth(2)).not_to_contain_text("diverged")  # Adam's steps are never longer than the rate
    expect_settled(page)
    expect(page.locator(".st-key-question_rate")).to_contain_text("becomes 0.3")  # ten times more is off the scale

    page.get_by_role("link", name="Neurons").first.click()  # start and rate are kept while the tab is open
    expect(page.get_by_role("heading", name="Neurons", level=1)).to_be_visible()
    expect_settled(page)
    page.get_by_role("link", name="Overfitting").first.click()
    expect(part(page).locator(".rate .value")).to_have_text("3")
    expect(status(page)).to_contain_text("(-2.50, 1.10)")


def test_units_are_pressed_and_walked_through_with_the_keys(page: Page, app: str) -> None:
    open_lesson(page, app)
    units = page.locator(".st-key-overfitting_units_grid button")
    told = page.locator(".st-key-overfitting_units_left")
    expect(units).to_have_count(64)
    units.first.click()
    expect(told).to_contain_text("1 unit is off. The others are multiplied by 1.02")
    expect(units.first).to_have_attribute("aria-pressed", "false")
    expect(units.first).to_have_attribute("aria-label", re.compile(r"^Unit 1, activation \d"))
    units.first.focus()
    page.keyboard.press("ArrowRight")
    expect(units.nth(1)).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("End")
    expect(units.last).to_be_focused()
    page.keyboard.press("Enter")
    expect(told).to_contain_text("2 units are off")
    expect(units.last).to_be_focused()  # the run of the page takes the focus from nobody
    page.keyboard.press("Space")
    expect(told).to_contain_text("1 unit is off")


def test_a_finger_plays_in_a_narrow_dark_window(tablet_page: Page, app: str) -> None:
    page = tablet_page
    open_lesson(page, app)
    play = part(page).get_by_role("button", name="Play")
    click_later(page, play, "Number(part.value) > 0", slider(page, "Steps taken"))
    page.touchscreen.tap(*spot(page, 2.0, 1.0))  # it plays from here
    expect(slider(page, "Steps taken")).not_to_have_value("0")
    expect(play).to_be_visible()
    taken = int(slider(page, "Steps taken").input_value())
    assert 0 < taken < 100
    expect(status(page)).to_contain_text(f"after {taken} steps")
    part(page).get_by_role("button", name="Back to the start").tap()
    expect(slider(page, "Steps taken")).to_have_value("0")
    expect_settled(page)
    assert page.evaluate(
        "document.querySelector('.stMain').scrollWidth <= document.querySelector('.stMain').clientWidth"
    )
    expect_within_window(page, page.get_by_test_id("stVegaLiteChart"))

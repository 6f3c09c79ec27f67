"""Retrain in a real Chromium: real runs on real MNIST, seen from start to use, through reloads and other pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.drawing import SEVEN, draw, expect_digit
from tests.runs import end_runs

pytestmark = pytest.mark.mnist

LONG = "retrain?epochs=300&filters=8,16&dense-units=32&train-images=5000"
"""A run that does not end before the test does. Its epochs are short, also on a busy machine."""


@pytest.fixture(autouse=True)
def no_run_is_left(app_folder: Path) -> Iterator[None]:
    """The next test finds the queue empty, also after a test that failed."""
    yield
    end_runs(app_folder / "runs")


def live(page: Page) -> Locator:
    return page.locator(".st-key-training_progress")


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=False).first


def open_retrain(page: Page, address: str, path: str = LONG) -> None:
    page.goto(f"{address}/{path}")
    expect(page.locator(".st-key-start button")).to_be_enabled()


def start(page: Page) -> None:
    page.locator(".st-key-start button").click()
    expect(live(page)).to_contain_text(re.compile(r"Running · .*images/s"))


def stop(page: Page) -> None:
    button(page, "Stop").click()
    expect(live(page)).to_contain_text("Stopped")


def epoch(page: Page) -> int:
    found = re.search(r"epoch (\d+) of", live(page).inner_text())
    return int(found[1]) if found else 0


def test_a_run_from_start_to_use_beside_a_drawing(page: Page, app: str) -> None:
    open_retrain(page, app)
    start(page)
    charts = live(page).get_by_test_id("stVegaLiteChart")
    expect(charts).to_have_count(2)
    charts.first.evaluate("chart => (chart.querySelector('canvas, svg').dataset.same = 'yes')")
    expect(live(page)).to_contain_text(f"epoch {epoch(page) + 1} of")
    assert charts.first.evaluate("chart => chart.querySelector('canvas, svg').dataset.same") == "yes", "drawn in place"

    page.get_by_role("link", name="Draw a digit").click()
    page.locator(".st-key-canvas canvas.upper-canvas").wait_for()
    draw(page, SEVEN)
    expect_digit(page, 7)

    page.get_by_role("link", name="Retrain").click()
    expect(live(page)).to_contain_text("Running")
    expect(page.get_by_text(re.compile(r"It reads \d"))).to_be_visible()
    page.reload()
    expect(live(page)).to_contain_text("Running")

    button(page, "Pause").click()
    expect(live(page)).to_contain_text("Paused")
    button(page, "Resume").click()
    expect(live(page)).to_contain_text("Running")
    stop(page)
    expect(page.get_by_text("Which digits it confuses")).to_be_visible()
    expect(page.get_by_test_id("stMetric").filter(has_text="Test accuracy")).to_contain_text("%")

    button(page, "Use this network").click()
    sidebar = page.get_by_test_id("stSidebar")
    expect(sidebar).to_contain_text(re.compile(r"8-16, 300 epochs: \d\d\.\d\d%"))
    sidebar.get_by_role("button", name="Back to the shipped").click()
    expect(sidebar).to_contain_text("Shipped network: 99")
    with page.expect_download() as download:
        button(page, "Download").click()
    assert download.value.suggested_filename.endswith(".safetensors")


def test_another_student_waits_in_the_queue_and_cannot_stop_it(page: Page, tablet_page: Page, app: str) -> None:
    open_retrain(page, app)
    start(page)
    other = tablet_page
    open_retrain(other, app)
    expect(live(other)).to_have_count(0)  # the first student's run is not theirs
    other.locator(".st-key-start button").click()
    expect(live(other)).to_contain_text("place 1 in the queue")
    expect(live(other)).to_be_in_viewport(ratio=0.9)  # on a tablet it stands below the settings
    expect(live(page)).to_contain_text("Running")
    stop(page)
    expect(live(other)).to_contain_text("Running")
    stop(other)


def test_an_address_opens_the_same_experiment(page: Page, app: str) -> None:
    open_retrain(page, app, "retrain?epochs=7&filters=8,16&activation=tanh")
    expect(page.get_by_role("slider", name="Epochs")).to_have_attribute("aria-valuetext", "7")
    expect(page.get_by_role("slider", name="Layer 2: filters")).to_have_attribute("aria-valuetext", "16")
    expect(page.get_by_role("slider", name="Layer 3: filters")).to_have_count(0)
    before = page.locator(".st-key-network_summary").inner_text()
    page.get_by_role("slider", name="Layer 2: filters").press("ArrowRight")
    expect(page).to_have_url(re.compile(r"filters=8(,|%2C)17"))
    expect(page.locator(".st-key-network_summary")).not_to_have_text(before)
    expect(page).to_have_url(re.compile("activation=tanh"))


def test_a_bad_address_is_explained_and_the_defaults_stand(page: Page, app: str) -> None:
    open_retrain(page, app, "retrain?epochs=-3&filters=8,x")
    alert = page.get_by_test_id("stAlert").first
    expect(alert).to_be_visible()
    expect(page.get_by_role("slider", name="Layer 3: filters")).to_be_visible()

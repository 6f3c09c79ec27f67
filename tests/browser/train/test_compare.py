"""The Compare page in a real Chromium: a link, the curves, and the walk through the snapshots of a run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from model.data.datasets import DataSet
from model.network.config import ModelConfig
from model.network.train_config import TrainConfig
from model.runs.folder import RunSettings
from model.runs.recorder import Recorder
from model.runs.report import report_of
from model.training.events import Finished
from model.training.loop import train
from tests.browser.drawing import SEVEN, canvas, draw, expect_settled, wait_until
from tests.browser.layout import expect_within_window
from tests.browser.shown_texts import ever_shown, forget_texts, record_texts
from tests.conftest import QUICK

NAMES = ("first", "second")


@pytest.fixture(scope="module", autouse=True)
def two_runs(app_folder: Path, digits: DataSet) -> None:
    """The app has two runs that differ in their dropout."""
    folder = app_folder / "runs"
    for name, dropout in zip(NAMES, (0.0, 0.5), strict=True):
        settings = RunSettings(
            title=f"The {name}",
            model=ModelConfig(filters=(8, 8), dense_units=16, dropout=dropout),
            train=TrainConfig(**{**QUICK, "epochs": 2, "validation_share": 0.2}),
        )
        recorder = Recorder(folder / name, settings)
        for event in train(settings.model, settings.train, digits, snapshots=24):
            recorder.record(event)
            if isinstance(event, Finished):
                recorder.finish(event, digits, report_of(event))


def open_compare(page: Page, address: str, *runs: str) -> None:
    page.goto(f"{address}/compare?runs={','.join(runs)}")
    expect(page.get_by_role("heading", name="Compare runs", level=1)).to_be_visible()
    expect(page.locator(".st-key-compare_table table")).to_be_visible()
    expect(canvas(page)).to_be_visible()
    expect_settled(page)


def slider(page: Page) -> Locator:
    return page.get_by_role("slider", name="When")


def drawn(page: Page, key: str) -> list[Any]:
    """The first pixels of each picture of a row, as they are on the screen."""
    found: list[Any] = page.locator(f".st-key-{key} figure canvas").evaluate_all(
        "all => all.map(c => Array.from(c.getContext('2d').getImageData(0, 0, c.width, c.height).data).join())"
    )
    return found


def test_a_link_shows_both_runs_named_at_their_curves(page: Page, app: str) -> None:
    open_compare(page, app, *NAMES)
    expect(page.get_by_text("A fair experiment: only one setting differs (dropout).")).to_be_visible()
    chart = page.get_by_test_id("stVegaLiteChart")
    expect(chart).to_have_attribute("aria-label", "Accuracy of each run against epochs")
    expect(chart.get_by_text("A · The first")).to_be_visible()
    expect(chart.get_by_text("B · The second")).to_be_visible()
    lines = chart.locator(".mark-line path[stroke-width='2.4']")
    expect(lines).to_have_count(2)
    looks = lines.evaluate_all(
        "all => all.map(path => [path.getAttribute('stroke'), path.getAttribute('stroke-dasharray')])"
    )
    assert len({color for color, _ in looks}) == len({dash for _, dash in looks}) == 2
    heads = page.locator(".st-key-compare_table th")
    expect(heads.filter(has_text="A · The first")).to_be_visible()
    expect(heads.filter(has_text="B · The second")).to_be_visible()
    expect(page.locator(".st-key-compare_table strong").filter(has_text="0.5")).to_be_visible()
    page.get_by_role("button", name=re.compile("Remove The second")).click()
    expect(heads.filter(has_text="B · The second")).to_have_count(0)
    expect(page).to_have_url(re.compile(r"runs=first$"))


def test_the_slider_shows_how_kernels_and_answer_changed(page: Page, app: str) -> None:
    open_compare(page, app, *NAMES)
    draw(page, SEVEN)
    expect(page.locator(".st-key-machine_maps figure")).to_have_count(8)
    expect(page.get_by_text(re.compile("Start, after 0 steps: .* of the validation pictures right"))).to_be_visible()
    expect_settled(page)
    kernels, maps = drawn(page, "machine_kernels"), drawn(page, "machine_maps")
    slider(page).focus()
    page.keyboard.press("End")
    expect(page.get_by_text(re.compile("Epoch 2, after"))).to_be_visible()
    expect_settled(page)
    expect(page.locator(".st-key-machine_bars .winner")).to_have_attribute("aria-label", re.compile("^7: "))
    assert len(drawn(page, "machine_kernels")) == len(kernels) == 8
    wait_until(page, lambda: drawn(page, "machine_kernels") != kernels)
    wait_until(page, lambda: drawn(page, "machine_maps") != maps)


def test_play_walks_to_the_end_by_itself(page: Page, app: str) -> None:
    record_texts(page)
    open_compare(page, app, "second")
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    expect(page.get_by_text(re.compile("Epoch 2, after"))).to_be_visible()
    assert "1/2 epoch, after" in ever_shown(page)
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    forget_texts(page)
    page.get_by_role("button", name="Play").click()  # again from the start
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    assert "Start, after 0 steps" in ever_shown(page)


def test_nothing_is_cut_off_on_a_tablet(tablet_page: Page, app: str) -> None:
    page = tablet_page
    open_compare(page, app, *NAMES)
    for width in (820, 1024):
        page.set_viewport_size({"width": width, "height": 1100})
        parts = ".st-key-compare_table td, [data-testid=stVegaLiteChart], figure, .share"
        expect_within_window(page, page.locator(parts))

"""A guided experiment from the prediction to the finding, with real runs, in a real Chromium."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from model.data.datasets import DATA_VARIABLE
from model.runs.store import RunStore
from tests.browser.drawing import wait_until
from tests.runs import end_runs


def end_after_an_epoch(page: Page, store: RunStore) -> None:
    """Stop each run as soon as it has an epoch. Whole runs take minutes; other tests look at their findings."""

    def ended() -> bool:
        for run in store.runs():
            if run.state.active and run.metrics().epochs:
                store.stop(run.id, run.owner)
        return not any(run.state.active for run in store.runs())

    wait_until(page, ended)


@pytest.fixture
def address(start_app: Callable[..., str], tmp_path: Path) -> Iterator[str]:
    """An app in a classroom without MNIST and without a network: the offline digits take a third of the time."""
    nobody = "http://127.0.0.1:9"
    variables = {DATA_VARIABLE: str(tmp_path / "data"), "http_proxy": nobody, "https_proxy": nobody}
    yield start_app(tmp_path, **variables)
    end_runs(tmp_path / "runs")


def test_shuffled_labels_from_the_prediction_to_the_finding(page: Page, address: str, tmp_path: Path) -> None:
    page.goto(f"{address}/experiments?experiment=labels")
    expect(page.get_by_text("MNIST is missing")).to_be_visible()
    start = page.get_by_role("button", name="Start its 2 runs")
    expect(start).to_be_disabled()
    page.get_by_text("Learn nothing at all").click()
    expect(start).to_be_enabled()
    start.click()
    progress = page.locator(".st-key-experiment_progress")
    expect(progress).to_contain_text("True labels")
    expect(progress).to_contain_text("place 1 in the queue")
    expect(progress).to_contain_text("training accuracy")

    page.reload()  # nothing depends on the page that started it
    expect(page.get_by_text("Your prediction:")).to_be_visible()
    end_after_an_epoch(page, RunStore(tmp_path / "runs"))
    finding = page.locator(".st-key-finding")
    expect(finding).to_be_visible()
    expect(finding).to_contain_text("Your prediction was right")
    expect(finding).to_contain_text(re.compile(r"With shuffled labels the network gives \d+\.\d% of"))

    page.get_by_role("link", name="Open in Compare runs").click()
    expect(page).to_have_url(re.compile("compare.*runs="))
    expect(page.get_by_text("Shuffled labels").first).to_be_visible()
    page.goto(f"{address}/experiments?experiment=rate")
    expect(page.get_by_text("What happens when it is far too large?")).to_be_visible()
    expect(page.get_by_text("Your prediction:")).to_have_count(0)

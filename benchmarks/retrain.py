"""Waiting times during training: until the first point, between points of the curve, and for answers to drawings.

Run: python -m benchmarks.retrain
Needs requirements-dev.txt and MNIST. Server, training and Chromium share this machine.
When students have their own machines, the server and the training are faster.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from statistics import median as middle

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.latency import answer_times, one_stroke_digits, open_page
from model.data.datasets import data_folder
from model.network.train_config import TrainConfig
from model.runs.folder import read_json
from model.runs.metrics import MetricsReader
from model.runs.store import RUNS_VARIABLE
from tests.browser.install import HOW_TO, LAUNCH_ARGUMENTS, find_chromium
from tests.browser.server import ROOT, running_app

WARM_MS = 10_000
"""Time for the waiting process to load everything after the page is open."""

LONG_RUN = "retrain?epochs=200&averaging=0.999"
WINDOW = {"width": 1280, "height": 900}

# Runs in the page, so that messages to this process do not count: records when Start was pressed, when the first point
# appeared, and each change of the text of the live part.
WATCH = """
() => {
  window.seen = { pressed: 0, first: 0, changes: [] }
  window.addEventListener("click", (event) => {
    if (event.target.closest?.(".st-key-start button")) window.seen.pressed = performance.now()
  }, true)
  let before = ""
  new MutationObserver(() => {
    const part = document.querySelector(".st-key-training_progress")?.innerText ?? ""
    if (!window.seen.pressed || part === before || !/images\\/s|images per second/i.test(part)) return
    before = part
    requestAnimationFrame(() => {
      const now = performance.now()
      window.seen.first ||= now
      window.seen.changes.push(now)
    })
  }).observe(document.body, { childList: true, characterData: true, subtree: true })
}
"""


def open_retrain(page: Page, address: str, path: str) -> None:
    page.goto(f"{address}/{path}")
    page.locator(".st-key-start button").wait_for(timeout=60_000)
    page.wait_for_timeout(WARM_MS)
    page.evaluate(WATCH)


def first_point_times(browser: Browser, address: str, count: int) -> tuple[list[float], list[float]]:
    """(seconds from Start to the first point, seconds between two refreshes of the live part) over `count` runs."""
    firsts, intervals = [], []
    for _ in range(count):
        page = browser.new_page(viewport=WINDOW)
        open_retrain(page, address, LONG_RUN)
        page.locator(".st-key-start button").click()
        page.wait_for_function("window.seen.changes.length > 20", timeout=120_000)
        seen = page.evaluate("window.seen")
        firsts.append((seen["first"] - seen["pressed"]) / 1000)
        intervals += [(later - earlier) / 1000 for earlier, later in pairwise(seen["changes"])]
        stop(page)
        page.close()
    return firsts, intervals


def stop(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^(stop )?Stop")).first.click()
    page.wait_for_function(
        "!/^(running|stopping)/i.test(document.querySelector('.st-key-training_progress')?.innerText ?? '')",
        timeout=60_000,
    )


def newest_run_speed(folder: Path) -> list[float]:
    """Images per second over each epoch of the newest run."""
    run = max((path for path in folder.iterdir() if not path.name.startswith(".")), key=lambda path: path.name)
    metrics = MetricsReader(run).read()
    assert metrics.start is not None
    return [metrics.start["images"] / epoch["seconds"] for epoch in metrics.epochs]


def script_speed(epochs: int) -> list[float]:
    """Images per second over each epoch of `train.py` when nothing else runs."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        files = ["--report", str(report), "--output", str(Path(folder) / "network.safetensors")]
        command = [sys.executable, "train.py", "--epochs", str(epochs), *files]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        history = (read_json(report) or {})["history"]
    images = TrainConfig().train_images * (1 - TrainConfig().validation_share)
    return [images / epoch["seconds"] for epoch in history]


def speed_in_app(page: Page, address: str, folder: Path, epochs: int) -> list[float]:
    """Images per second over each epoch of the same training, started and watched in the app."""
    open_retrain(page, address, f"retrain?epochs={epochs}")
    page.locator(".st-key-start button").click()
    page.get_by_text("Test accuracy").first.wait_for(timeout=600_000)
    return newest_run_speed(folder)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--starts", type=int, default=5, help="runs started (default 5)")
    parser.add_argument("--epochs", type=int, default=5, help="epochs of the compared trainings (default 5)")
    parser.add_argument("--answers", type=int, default=30, help="digits drawn (default 30)")
    arguments = parser.parse_args()
    path = find_chromium()
    if path is None:
        raise SystemExit(HOW_TO)
    drawings = one_stroke_digits(arguments.answers, data_folder())
    print(f"{platform.machine()}, {os.cpu_count()} cores; server, training and Chromium on the same machine\n")
    print(f"{'':52}{'median':>9}{'worst':>9}{'count':>7}   limit", flush=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        os.environ[RUNS_VARIABLE] = folder
        alone = script_speed(arguments.epochs)
        print_row("images per second, train.py alone", alone, min)
        browser = playwright.chromium.launch(executable_path=path, args=LAUNCH_ARGUMENTS)
        with running_app() as address:
            trainer, drawer = (browser.new_page(viewport=WINDOW) for _ in range(2))
            open_page(drawer, address)
            watched = speed_in_app(trainer, address, Path(folder), arguments.epochs)
            limit = f"{0.9 * middle(alone):,.0f} (90 %)"
            print_row("images per second, the same started in the app", watched, min, limit)
            firsts, intervals = first_point_times(browser, address, arguments.starts)
            print_row("Start to the first point, s", firsts, max, "2")
            print_row("between two refreshes of the curve, s", intervals, max, "0.5")
            quiet = answer_times(drawer, drawings)
            print_row("pen-up to answer, no run going, ms", quiet, max, "350")
            open_retrain(trainer, address, LONG_RUN)
            trainer.locator(".st-key-start button").click()
            trainer.wait_for_function("window.seen.changes.length > 5", timeout=120_000)
            open_page(drawer, address)
            beside = answer_times(drawer, drawings)
            print_row("pen-up to answer, a run going, ms", beside, max, f"{2 * middle(quiet):.0f} (double)")
            stop(trainer)
        browser.close()


def print_row(name: str, values: list[float], worst: Callable[[list[float]], float], limit: str = "") -> None:
    """Print a row as soon as it is measured, because all rows together take minutes."""
    digits = 2 if name.endswith(", s") else 0
    print(
        f"{name:52}{middle(values):9,.{digits}f}{worst(values):9,.{digits}f}{len(values):7}   {limit}".rstrip(),
        flush=True,
    )


if __name__ == "__main__":
    main()

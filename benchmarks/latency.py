"""Waiting times of a user, in Chromium: start, page switch, answer, network view, switching off a filter.

Run: python -m benchmarks.latency
Needs requirements-dev.txt. Server and browser share this machine, so the server is faster when students have their own
machines.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import time
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Page, Playwright, expect, sync_playwright

from model.data.datasets import data_folder
from model.data.strokes import Drawing, load_drawings
from tests.browser.drawing import canvas, draw
from tests.browser.install import HOW_TO, LAUNCH_ARGUMENTS, find_chromium
from tests.browser.page_state import expose_page_state
from tests.browser.server import running_app

INVITATION = "Draw a digit from 0 to 9"
DEBOUNCE_MS = 200
"""How long the canvas component waits after pen-up before it sends."""

# Runs in the page, so messages to this process do not count: measures from pen-up to the first frame after the text of
# the answer has changed.
WATCH = """
() => {
  const text = () => document.querySelector(".st-key-prediction")?.innerText ?? ""
  window.answers = []
  let released = 0
  let before = ""
  const penUp = (event) => {
    if (!event.composedPath().some((part) => part.classList?.contains("upper-canvas"))) return
    released = performance.now()
    before = text()
  }
  window.addEventListener("mouseup", penUp, true)
  new MutationObserver(() => {
    if (released && text() !== before) {
      const from = released
      released = 0
      requestAnimationFrame(() => window.answers.push(performance.now() - from))
    }
  }).observe(document.body, { childList: true, characterData: true, subtree: true })
}
"""

# The same for the network view: until the first frame after it shows Python's picture.
WATCH_VIEW = """
() => {
  window.settled = []
  let released = 0
  window.addEventListener("mouseup", () => (released = performance.now()), true)
  subscribe(() => {
    if (!released || pageState.frame?.live || pageState.frame?.blank) return
    const from = released
    released = 0
    requestAnimationFrame(() => window.settled.push(performance.now() - from))
  })
}
"""


def open_page(page: Page, address: str) -> None:
    """Open the page and wait for the canvas and the invitation."""
    page.goto(address)
    canvas(page).wait_for()
    page.get_by_text(INVITATION).wait_for()


def start_time(playwright: Playwright, browser_path: str) -> float:
    """Seconds from the command to a page with a canvas, in a browser that is already open."""
    browser = playwright.chromium.launch(executable_path=browser_path, args=LAUNCH_ARGUMENTS)
    page = browser.new_page()
    begin = time.perf_counter()
    with running_app() as address:
        open_page(page, address)
        seconds = time.perf_counter() - begin
        browser.close()
    return seconds


def page_switch_times(page: Page, count: int) -> list[float]:
    """Seconds from a click in the menu until the other page shows its canvas or table, in both directions."""
    seconds = []
    for _ in range(count):
        for link, part in (("The network", "[data-testid=stDataFrame]"), ("Draw a digit", "canvas.upper-canvas")):
            target = page.get_by_role("link", name=link)
            begin = time.perf_counter()
            target.click()
            page.locator(part).first.wait_for()
            seconds.append(time.perf_counter() - begin)
    return seconds


def one_stroke_digits(count: int, folder: Path) -> list[Drawing]:
    """Pen drawings of a single stroke, spread over the file."""
    drawings = [each for each in load_drawings(folder / "drawn" / "digits.jsonl") if len(each.strokes) == 1]
    return drawings[:: len(drawings) // count][:count]


def answer_times(page: Page, drawings: list[Drawing]) -> list[float]:
    """Milliseconds from pen-up to the answer on the screen, one per drawing."""
    page.evaluate(WATCH)
    for number, drawing in enumerate(drawings, start=1):
        draw(page, drawing.strokes)
        page.wait_for_function("count => window.answers.length >= count", arg=number)
        page.get_by_role("button", name="Clear").click()
        page.get_by_text(INVITATION).wait_for()
        page.wait_for_timeout(400)  # the canvas sends its empty picture; the page is idle before the next stroke
    return [float(value) for value in page.evaluate("window.answers")]


class NetworkViewTimes(NamedTuple):
    """settled: ms from pen-up until the network view shows Python's picture. frames: ms of the page's main thread for
    each update while the pen moved. kilobytes: what the server sent for each drawing."""

    settled: list[float]
    frames: list[float]
    kilobytes: list[float]


def network_view_times(page: Page, address: str, drawings: list[Drawing]) -> NetworkViewTimes:
    received: list[int] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda data: received.append(len(data))))
    page.goto(f"{address}/feature_maps")
    page.locator(".st-key-network_view .column").first.wait_for()
    page.wait_for_timeout(1000)
    expose_page_state(page)
    page.evaluate(WATCH_VIEW)
    frames: list[float] = []
    kilobytes = []
    for number, drawing in enumerate(drawings, start=1):
        received.clear()
        page.evaluate("() => { pageState.timings.length = 0 }")
        draw(page, drawing.strokes)
        page.wait_for_function("count => window.settled.length >= count", arg=number)
        page.wait_for_timeout(200)
        kilobytes.append(sum(received) / 1000)
        frames += page.evaluate("pageState.timings")
        page.get_by_role("button", name="Clear").click()
        page.wait_for_function("pageState.frame?.blank")
        page.wait_for_timeout(400)  # as above
    return NetworkViewTimes([float(value) for value in page.evaluate("window.settled")], frames, kilobytes)


def filter_switch_times(page: Page, address: str, count: int) -> list[float]:
    """Seconds from switching off one more filter to the new test accuracy on the screen.

    The first value also includes the accuracy with all filters.
    """
    page.goto(f"{address}/filters")
    page.get_by_text("training pictures, each with the patch").wait_for(timeout=60_000)
    page.wait_for_timeout(1000)
    metric = page.get_by_test_id("stMetric").filter(has_text="Test accuracy with these off")
    seconds = []
    for number in range(count):
        before = metric.text_content() if metric.count() else ""
        begin = time.perf_counter()
        page.locator(".st-key-filters_switches figure").nth(number).click()
        expect(metric).not_to_have_text(before or "", timeout=60_000)
        seconds.append(time.perf_counter() - begin)
        page.wait_for_timeout(1000)
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--answers", type=int, default=30, help="digits drawn (default 30)")
    parser.add_argument("--starts", type=int, default=3, help="starts of the app (default 3)")
    parser.add_argument("--data-dir", type=Path, help="folder that holds drawn/digits.jsonl")
    arguments = parser.parse_args()
    path = find_chromium()
    if path is None:
        raise SystemExit(HOW_TO)
    with sync_playwright() as playwright:
        starts = [start_time(playwright, path) for _ in range(arguments.starts)]
        browser = playwright.chromium.launch(executable_path=path, args=LAUNCH_ARGUMENTS)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        with running_app() as address:
            open_page(page, address)
            drawings = one_stroke_digits(arguments.answers, data_folder(arguments.data_dir))
            waits = answer_times(page, drawings)
            turns = page_switch_times(page, 5)
            view = network_view_times(browser.new_page(viewport={"width": 1280, "height": 900}), address, drawings)
            switched_off = filter_switch_times(browser.new_page(viewport={"width": 1280, "height": 900}), address, 8)
            browser.close()
    print(f"{platform.machine()}, {os.cpu_count()} cores, server and Chromium on the same machine\n")
    print(f"{'':46}{'median':>9}{'worst':>9}{'count':>7}   limit")
    rows = [
        ("command to first useful page, s", starts, "5"),
        ("page switch, s", turns, "1"),
        ("pen-up to new answer on the screen, ms", waits, "350"),
        (f"  of it beyond the canvas's own {DEBOUNCE_MS} ms", [wait - DEBOUNCE_MS for wait in waits], "150"),
        (f"pen-up to network view, beyond {DEBOUNCE_MS} ms, ms", [wait - DEBOUNCE_MS for wait in view.settled], "100"),
        ("one update while the pen moves, ms", view.frames, "16"),
        ("sent for a drawing on that page, KB", view.kilobytes, "60"),
        ("filter switched off to new test accuracy, s", switched_off, "3"),
    ]
    for name, values, limit in rows:
        digits = 2 if name.endswith(", s") else 1 if "update" in name else 0
        middle, worst = statistics.median(values), max(values)
        print(f"{name:46}{middle:9.{digits}f}{worst:9.{digits}f}{len(values):7}   {limit}")


if __name__ == "__main__":
    main()

"""Response times of the controls in the lessons, in Chromium.

Run: python -m benchmarks.lessons
Needs requirements-dev.txt. Each kind of control on a page is changed several times with the keyboard; the time runs
from the key to the first frame after the server has sent all that changes. Parts that follow the pointer in the browser
ask no server and are not in it.
"""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Iterator
from statistics import median

from playwright.sync_api import Locator, Page, expect, sync_playwright

from benchmarks.latency import open_page
from tests.browser.install import HOW_TO, LAUNCH_ARGUMENTS, find_chromium
from tests.browser.server import running_app
from ui.shared.menu import LESSONS

LIMIT_MS = 300
WINDOW = {"width": 1280, "height": 900}
KINDS = {  # the keys that move it there and back
    '[data-testid="stSlider"] [role="slider"]': ("ArrowRight", "ArrowLeft"),
    '[data-testid="stNumberInput"] input': ("ArrowUp", "ArrowDown"),
    '[data-testid="stTextInput"] input': ("1", "2"),
    '[data-testid="stButtonGroup"] button[aria-checked="false"], [data-testid="stButtonGroup"] [role="radio"]': (" ",),
}
MOST_OF_A_KIND = 3

# In the page, so that no message to this process is in the figures.
WATCH = """
() => {
  window.waits = []
  let pressed = 0
  let ran = false
  window.addEventListener("keydown", () => ([pressed, ran] = [performance.now(), false]), true)
  const app = document.querySelector('[data-testid="stApp"]')
  new MutationObserver(() => {
    if (!pressed) return
    if (app.dataset.testScriptState === "running") ran = true
    else if (ran) {
      const from = pressed
      pressed = 0
      requestAnimationFrame(() => window.waits.push(performance.now() - from))
    }
  }).observe(app, { attributes: true, attributeFilter: ["data-test-script-state"] })
}
"""


def wait_until_idle(page: Page) -> None:
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning", timeout=60_000)


def controls(page: Page) -> Iterator[tuple[Locator, tuple[str, ...]]]:
    main = page.get_by_test_id("stMain")
    for selector, keys in KINDS.items():
        found = [each for each in main.locator(selector).all() if each.is_visible() and each.is_enabled()]
        for control in found[:MOST_OF_A_KIND]:
            yield control, keys


def response_times(page: Page, times: int) -> list[float]:
    """Milliseconds from the key to the response; each control is changed `times` times in both directions."""
    page.evaluate(WATCH)
    for control, keys in controls(page):
        for key in keys * times:
            known = len(page.evaluate("window.waits"))
            control.focus()
            if len(key) == 1 and key != " ":
                control.fill(key)
                control.press("Enter")
            else:
                control.press(key)
            try:
                page.wait_for_function("count => window.waits.length > count", arg=known, timeout=5_000)
            except Exception:  # the control was at its limit, or already chosen
                break
            wait_until_idle(page)
    return [float(value) for value in page.evaluate("window.waits")]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=3)
    times = parser.parse_args().times
    browser_path = find_chromium()
    if browser_path is None:
        raise SystemExit(HOW_TO)
    print(f"{platform.machine()}, {os.cpu_count()} cores, server and Chromium on the same machine\n")
    print(f"{'from a key to the answer, ms':30}{'median':>9}{'worst':>8}{'count':>8}{'limit':>8}")
    every: list[float] = []
    with running_app() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=LAUNCH_ARGUMENTS)
        page = browser.new_page(viewport=WINDOW)
        open_page(page, address)
        for entry in LESSONS:
            page.get_by_test_id("stSidebarNav").get_by_role("link", name=entry.title, exact=False).click()
            page.get_by_test_id("stMain").get_by_text("Predict first", exact=True).wait_for(timeout=60_000)
            wait_until_idle(page)
            found = response_times(page, times)
            every += found
            print(f"{entry.title:30}{median(found):9.0f}{max(found):8.0f}{len(found):8}{LIMIT_MS:8}")
        browser.close()
    print(f"{'all':30}{median(every):9.0f}{max(every):8.0f}{len(every):8}{LIMIT_MS:8}")


if __name__ == "__main__":
    main()

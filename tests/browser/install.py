"""Make sure that there is a Chromium to test in: python -m tests.browser.install

Looks where `find_chromium` looks; else installs one: Debian's package for root on Debian, Playwright's own build
elsewhere. Ends with the sentence that says how to get one where that fails.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

HOW_TO = (
    "The browser tests need Chromium: on Debian run `apt-get install chromium`, elsewhere "
    "`python -m playwright install chromium`, or name one in the variable DIGIT_LAB_CHROMIUM."
)
VARIABLE = "DIGIT_LAB_CHROMIUM"
LAUNCH_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_chromium() -> str | None:
    """The path of a Chromium: $DIGIT_LAB_CHROMIUM, the system's, or Playwright's own; None where there is none."""
    named = os.environ.get(VARIABLE)
    if named:
        return named if Path(named).exists() else None
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def install() -> bool:
    """Install a Chromium; whether there is one afterwards."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        commands = [["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"]]
    else:
        commands = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    for command in commands:
        subprocess.run(command, check=False, stdout=sys.stderr)
    return find_chromium() is not None


if __name__ == "__main__":
    if find_chromium() is None and (os.environ.get(VARIABLE) or not install()):
        sys.exit(HOW_TO)

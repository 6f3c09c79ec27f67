"""What a person sees of the layout and the colours of a page."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Locator, Page

from tests.browser.drawing import wait_until

_CUT_OFF = """
(parts) => parts.map((part) => part.getBoundingClientRect())
  .filter((box) => box.width && (box.left < 0 || box.right > document.documentElement.clientWidth + 1)).length
"""


def expect_within_window(page: Page, parts: Locator) -> None:
    """There are such parts, and the window cuts none of them off at its left or right edge."""
    assert parts.count() > 0
    wait_until(page, lambda: parts.evaluate_all(_CUT_OFF) == 0)


def brightness(part: Page | Locator) -> NDArray[np.float64]:
    """A screenshot in grey: (height, width), 0 is black and 255 is white."""
    return np.asarray(Image.open(io.BytesIO(part.screenshot())).convert("L"), float)


def expect_dark(part: Page | Locator) -> None:
    """Most of it is dark, and text and drawings stand out."""
    shades = brightness(part)
    assert np.median(shades) < 60
    assert np.mean(shades > 160) > 0.003

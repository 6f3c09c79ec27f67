"""The browser parts in a real Chromium: how their modules are served and shared, and the engine in the page."""

from __future__ import annotations

import pytest
import torch
from playwright.sync_api import Page, expect

from model.recognizer import Recognizer
from tests.browser.drawing import SEVEN, draw, expect_digit, expect_settled, open_draw_page
from tests.browser.page_state import expose_page_state
from ui.components.serving import module_path


def test_all_parts_share_one_instance_of_a_module(page: Page, app: str) -> None:
    """Fails if Streamlit's undocumented manager of components serves modules in another way, see serving.py."""
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    open_draw_page(page, app)
    expect_settled(page)
    shared = f"{app}/{module_path('shared/page_state.js')}"
    assert requests.count(shared) == 1  # bars, engine and current_reading import it
    assert [url for url in requests if url.endswith("shared/page_state.js")] == [shared]


def test_only_javascript_and_css_are_served(page: Page, app: str) -> None:
    open_draw_page(page, app)
    answer = page.request.get(f"{app}/{module_path('entry.js')}")
    assert answer.ok
    assert "javascript" in answer.headers["content-type"]
    for path in ("__init__.py", "serving.py", "%2e%2e/serving.py"):
        assert not page.request.get(f"{app}/{module_path(path)}").ok


def test_the_network_in_the_page_computes_pytorchs_logits(page: Page, app: str) -> None:
    open_draw_page(page, app)
    draw(page, SEVEN)
    expect_digit(page, 7)
    expect_settled(page)
    expose_page_state(page)
    page.wait_for_function("pageState.frame && !pageState.frame.live && !pageState.frame.blank")
    image, logits = page.evaluate("[Array.from(pageState.frame.image), Array.from(pageState.network.logits)]")
    with torch.inference_mode():
        expected = Recognizer.load().network(torch.tensor(image).reshape(1, 1, 28, 28))[0].tolist()
    assert logits == pytest.approx(expected, abs=1e-3)


def test_the_texts_of_a_part_follow_the_language(page: Page, app: str) -> None:
    page.goto(f"{app}/feature_maps?lang=en")
    hint = page.locator(".st-key-network_view .hint")
    expect(hint).to_have_text("Draw a digit, and every layer fills while the pen moves.")
    page.get_by_role("radio", name="简体中文").click()
    expect(hint).not_to_contain_text("Draw a digit")
    page.get_by_role("radio", name="English").click()
    expect(hint).to_have_text("Draw a digit, and every layer fills while the pen moves.")

"""The language of a session in a real Chromium: the browser's at first, then the student's own choice."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from tests.browser.drawing import SEVEN, draw, expect_digit


def test_a_chinese_browser_gets_chinese_pages_until_the_student_chooses(app: str, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN")
    page = context.new_page()
    page.goto(app)
    expect(page.get_by_role("heading", name="画一个数字")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "zh")
    draw(page, SEVEN)
    expect_digit(page, 7)
    expect(page.locator(".st-key-prediction")).to_contain_text("网络")

    page.get_by_role("link", name="特征图").click()
    view = page.locator(".st-key-network_view")
    expect(view.get_by_role("button", name="播放").first).to_be_attached()  # a text of the browser's own part
    expect(view).not_to_contain_text("Play")

    page.get_by_role("radio", name="English").click()
    expect(page.get_by_role("heading", name="Feature maps")).to_be_visible()
    expect(view.get_by_role("button", name="Play").first).to_be_attached()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("link", name="Draw a digit").click()
    expect_digit(page, 7)  # the drawing is still there
    context.close()

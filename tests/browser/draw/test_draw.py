"""The Draw page in a real Chromium: a mouse draws, the answer shows."""

from __future__ import annotations

import io
import os
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from model.data.fabric import smooth_stroke
from model.data.painting import render_strokes
from model.data.strokes import load_drawings, place_strokes
from tests.browser.drawing import (
    CANVAS,
    FOUR,
    ONE,
    PEN,
    SEVEN,
    canvas,
    draw,
    expect_digit,
    expect_invitation,
    expect_settled,
    ink,
    open_draw_page,
    pen_path,
    prediction,
    wait_until,
)
from tests.browser.layout import expect_dark, expect_within_window

DIGITS = (2, 4, 5, 8)


@pytest.mark.drawn
def test_real_strokes_are_read(page: Page, app: str) -> None:
    drawings = load_drawings(Path(os.environ["DIGIT_LAB_DATA"]) / "drawn" / "digits.jsonl")
    open_draw_page(page, app)
    right = 0
    for digit in DIGITS:
        drawing = [each for each in drawings if each.label == digit][10]
        draw(page, drawing.strokes)
        count = len(drawing.strokes)
        told = "This digit has one stroke so far" if count == 1 else f"After stroke {count} the answer is"
        expect(page.get_by_text(told)).to_be_visible()  # the whole drawing has arrived
        expect(prediction(page)).to_have_text(re.compile(r"^\s*\d"))
        expect_settled(page)
        right += prediction(page).inner_text().strip().startswith(str(digit))
        page.get_by_role("button", name="Clear").click()
        expect_invitation(page)
    assert right >= len(DIGITS) - 1


def test_a_blank_canvas_invites_and_makes_up_no_digit(page: Page, app: str) -> None:
    open_draw_page(page, app)
    expect_invitation(page)
    expect_settled(page)
    assert not re.match(r"\s*\d", prediction(page).inner_text())
    expect(page.get_by_test_id("stAlert")).to_have_count(0)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    for key in ("undo", "redo", "clear"):
        expect(page.locator(f".st-key-{key} button")).to_be_disabled()


def test_an_answer_makes_nothing_jump_and_the_bars_have_labels(page: Page, app: str) -> None:
    open_draw_page(page, app)
    rows = page.locator(".st-key-probabilities [role=listitem]")
    expect(rows).to_have_count(10)
    parts = (canvas(page), page.get_by_role("heading", name="From your ink"), *rows.all())
    before = [part.bounding_box() for part in parts]
    draw(page, SEVEN)
    expect_digit(page, 7)
    expect_settled(page)
    assert [part.bounding_box() for part in parts] == before
    expect(rows.nth(7)).to_have_attribute("aria-label", re.compile(r"^7: (> )?\d"))
    assert [row.inner_text().split()[0] for row in rows.all()] == [str(digit) for digit in range(10)]


def test_a_stroke_is_painted_as_the_renderer_paints_it(page: Page, app: str) -> None:
    open_draw_page(page, app)
    strokes = (((0.0, 0.0), (40.0, 90.0), (80.0, 10.0), (81.0, 80.0)),)
    draw(page, strokes)
    expect(prediction(page)).to_have_text(re.compile(r"^\s*\d"))
    expected = render_strokes([smooth_stroke(path) for path in pen_path(strokes)], PEN, CANVAS)
    expect_settled(page)
    painted = np.array(ink(page)).reshape(CANVAS, CANVAS)
    assert np.abs(painted - expected.astype(int)).mean() < 1.5
    assert abs(int((painted > 127).sum()) - int((expected > 127).sum())) < 0.02 * (expected > 127).sum()


def test_undo_redo_and_clear(page: Page, app: str) -> None:
    open_draw_page(page, app)
    draw(page, FOUR)
    expect_digit(page, 4)
    whole = sum(ink(page))

    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Redo")).to_be_enabled()
    wait_until(page, lambda: 0 < sum(ink(page)) < whole)
    expect(prediction(page)).not_to_have_text(re.compile(r"^\s*4"))

    page.get_by_role("button", name="Redo").click()
    expect_digit(page, 4)
    wait_until(page, lambda: sum(ink(page)) == whole)
    expect(page.get_by_role("button", name="Redo")).to_be_disabled()

    page.get_by_role("button", name="Clear").click()
    expect_invitation(page)
    wait_until(page, lambda: sum(ink(page)) == 0)

    draw(page, ONE)  # the canvas works as before
    expect_digit(page, 1)
    page.get_by_role("button", name="Undo").click()
    expect_invitation(page)
    draw(page, SEVEN)  # this replaces the stroke that could be redone
    expect_digit(page, 7)
    expect(page.get_by_role("button", name="Redo")).to_be_disabled()


def test_the_drawing_stays_when_the_user_leaves_and_comes_back(page: Page, app: str) -> None:
    open_draw_page(page, app)
    draw(page, FOUR)
    expect_digit(page, 4)
    before = ink(page)
    page.get_by_role("link", name="The network").click()
    expect(page.get_by_role("heading", name="The network")).to_be_visible()
    expect(canvas(page)).to_have_count(0)
    page.get_by_role("link", name="Draw a digit").click()
    expect_digit(page, 4)
    wait_until(page, lambda: ink(page) == before)
    page.get_by_role("button", name="Undo").click()  # and it can still be edited
    expect(prediction(page)).not_to_have_text(re.compile(r"^\s*4"))


def test_switching_a_step_off_changes_the_answer_and_keeps_the_drawing(page: Page, app: str) -> None:
    open_draw_page(page, app)
    draw(page, FOUR, size=90)
    expect_digit(page, 4)
    expect_settled(page)
    before, drawn = prediction(page).inner_text(), ink(page)
    for name in ("Crop to the ink", "Scale into 20x20", "Centre of mass to the middle"):
        page.get_by_text(name).click()
    expect(prediction(page)).not_to_have_text(before)
    expect_settled(page)
    assert ink(page) == drawn


def test_the_replay_says_where_the_answer_changed(page: Page, app: str) -> None:
    open_draw_page(page, app)
    draw(page, FOUR)
    expect_digit(page, 4)
    expect(page.get_by_text(re.compile(r"Stroke 2 changed the answer from \d to 4"))).to_be_visible()
    page.get_by_role("slider", name="After stroke").press("ArrowLeft")
    expect(page.get_by_text(re.compile(r"After stroke 1 the answer is (?!4)\d"))).to_be_visible()
    expect_digit(page, 4)  # the replay leaves the answer alone


def test_on_a_tablet_and_on_a_laptop_nothing_is_cut_off_and_a_dark_theme_is_dark(tablet_page: Page, app: str) -> None:
    page = tablet_page
    open_draw_page(page, app)
    draw(page, FOUR)
    expect_digit(page, 4)
    expect(page.get_by_text("After stroke 2 the answer is")).to_be_visible()
    expect_settled(page)
    expect_dark(page)
    for width in (768, 820, 1024, 1280):
        page.set_viewport_size({"width": width, "height": 1100})
        expect_within_window(page, page.locator(".st-key-canvas canvas.upper-canvas, .share, figure"))
        box = canvas(page).bounding_box()
        assert box is not None
        assert (box["width"], box["height"]) == (CANVAS, CANVAS)
        # The visible part of the canvas is all of it: the middle of its right edge is the canvas itself.
        assert canvas(page).evaluate(
            "c => { const b = c.getBoundingClientRect(), r = c.getRootNode();"
            " return r.elementFromPoint(b.right - 3, b.top + b.height / 2) === c }"
        )


def test_a_damaged_upload_is_refused_in_one_sentence_and_a_good_one_is_read(page: Page, app: str) -> None:
    open_draw_page(page, app)
    page.get_by_role("radio", name="Upload").click()
    chooser = page.locator("input[type=file]")
    chooser.set_input_files({"name": "four.png", "mimeType": "image/png", "buffer": b"no picture at all"})
    alert = page.get_by_test_id("stAlert")
    expect(alert).to_contain_text("no PNG or JPEG picture")
    expect_invitation(page)
    assert "Traceback" not in page.content()

    strokes = place_strokes(FOUR, 400, 300, 30)
    file = io.BytesIO()
    Image.fromarray(255 - render_strokes(strokes, 30, 400)).save(file, "JPEG")  # dark ink on white paper
    chooser.set_input_files({"name": "four.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()})
    expect_digit(page, 4)
    expect(alert).to_have_count(0)


def test_a_test_picture_needs_no_mouse(page: Page, app: str) -> None:
    open_draw_page(page, app)
    page.get_by_role("radio", name="Draw").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    number = page.get_by_role("spinbutton")
    expect(number).to_be_visible()
    number.fill("7")
    number.press("Enter")
    expect(prediction(page)).to_have_text(re.compile(r"^\s*\d"))
    expect(page.get_by_text("The label of this picture is")).to_be_visible()

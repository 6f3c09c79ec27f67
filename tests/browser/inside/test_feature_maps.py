"""The network view in use: mouse, keyboard, touch, a moving pen, any network."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
import torch
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, WebSocket, expect

from model.network.checkpoint import Checkpoint, save_checkpoint
from model.network.cnn import DigitCNN
from model.network.config import ModelConfig
from model.network.train_config import TrainConfig
from model.recognizer import Recognizer
from tests.browser.drawing import (
    CANVAS,
    FOUR,
    ONE,
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
)
from tests.browser.page_state import expose_page_state

MOST_BYTES_PER_DRAWING = 60_000
LAYERS = {
    "Convolution": "conv",
    "Batch norm": "norm",
    "Max pool": "pool",
    "Average pool": "pool",
    "Dense": "dense",
    "ReLU": "activation",
    "Tanh": "activation",
    "GELU": "activation",
    "Sigmoid": "activation",
    "The input": "input",
}
COLUMNS = {
    "input": "The input",
    "conv": "Convolution",
    "norm": "Batch norm",
    "pool": "(Max|Average) pool",
    "dense": "Dense",
    "output": "The output",
}
"""What the line for screen readers begins with for the number of a column; an activation keeps its name."""

# The page cannot reach the canvas: as if the drawing component kept it in a closed shadow root.
CANNOT_FIND = """
const { get } = Object.getOwnPropertyDescriptor(Element.prototype, "shadowRoot")
Object.defineProperty(Element.prototype, "shadowRoot", {
  get() { return this.closest(".st-key-canvas") ? null : get.call(this) },
})
"""
# It can be found, and not be read.
CANNOT_READ = "CanvasRenderingContext2D.prototype.getImageData = () => { throw new Error('not allowed') }"


Truth = dict[str, torch.Tensor]


class Place(NamedTuple):
    """One number as the view's line for screen readers names it, counted from 0; in a dense layer y and x are 0."""

    layer: str
    channel: int
    y: int
    x: int
    value: float


def view(page: Page) -> Locator:
    return page.locator(".st-key-network_view .overview")


def status(page: Page) -> Locator:
    return page.locator(".st-key-network_view .status")


def open_view(page: Page, address: str) -> None:
    page.goto(f"{address}/feature_maps")
    expect(canvas(page)).to_be_visible()
    expect(view(page).locator(".column").first).to_be_visible()
    expect_settled(page)
    expose_page_state(page)


def draw_and_settle(page: Page) -> None:
    draw(page, FOUR)
    page.wait_for_function("pageState.frame && !pageState.frame.live && !pageState.frame.blank")
    expect_settled(page)


def open_with_a_four(page: Page, address: str, recognizer: Recognizer) -> Truth:
    open_view(page, address)
    draw_and_settle(page)
    return truth(page, recognizer)


def shown(page: Page) -> Place:
    text = status(page).inner_text().replace("\N{MINUS SIGN}", "-")
    found = re.match(
        r"([A-Z][A-Za-z ]*?) ?(\d*)(?:, (?:map|unit) (\d+))?(?:, row (\d+), column (\d+))?: (-?\d+\.\d+)", text
    )
    assert found, text
    name, number, channel, row, column, value = found.groups()
    kind = LAYERS[name]
    layer = f"dense_{kind}" if kind == "activation" and not number else f"{kind}{number}"
    return Place(layer, int(channel or 1) - 1, int(row or 1) - 1, int(column or 1) - 1, float(value))


def truth(page: Page, recognizer: Recognizer) -> Truth:
    """PyTorch's numbers for what is on the canvas now, by layer: (channels, height, width), units as (units, 1, 1)."""
    pixels = np.array(ink(page), np.uint8).reshape(CANVAS, CANVAS)
    with torch.inference_mode():
        image = torch.from_numpy(recognizer.read(pixels).image)[None, None]
        outputs = {"input": image, **dict(recognizer.network.named_outputs(image))}
    return {name: output[0].reshape(*output.shape[1:], *(1,) * (4 - output.ndim)) for name, output in outputs.items()}


def check_sum(page: Page, expected: Truth) -> Place:
    """What is shown is PyTorch's number, in the line above and as the result of the arithmetic below."""
    place = shown(page)
    number = float(expected[place.layer][place.channel, place.y, place.x])
    assert place.value == pytest.approx(number, abs=2e-4)  # it is written with four decimals
    if place.layer != "input":
        result = page.locator(".st-key-network_view .result").get_attribute("data-value")
        assert float(result or "nan") == pytest.approx(number, abs=1e-4)
    return place


def point_into(page: Page, number: int, share: tuple[float, float] = (0.2, 0.04)) -> None:
    """Move the mouse into a column of the overview, scrolled to its top, at a share of its width and height."""
    column = view(page).locator(".column").nth(number)
    view(page).scroll_into_view_if_needed()
    column.locator(".scroll").evaluate("part => { part.scrollTop = 0 }")
    box = column.locator("canvas").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * share[0], box["y"] + box["height"] * share[1])


def hover_column(page: Page, number: int, share: tuple[float, float] = (0.2, 0.04)) -> None:
    """The same, until the view tells a number of that column."""
    point_into(page, number, share)
    kind, _, count = view(page).locator(".column .layer").nth(number).inner_text().partition(" ")
    expect(status(page)).to_have_text(re.compile(rf"^{COLUMNS.get(kind, kind)} ?{count}\b"))


def press(page: Page, key: str, shows: str | re.Pattern[str]) -> None:
    """Press a key, until the line for screen readers has what it should show."""
    page.keyboard.press(key)
    expect(status(page)).to_contain_text(shows)


def told(place: Place) -> str:
    """A place of a feature map in the words of that line, without its layer."""
    return f", map {place.channel + 1}, row {place.y + 1}, column {place.x + 1}:"


@pytest.fixture(scope="module")
def shipped() -> Recognizer:
    return Recognizer.load()


def test_a_pixel_under_the_mouse_shows_the_sum_that_pytorch_has(page: Page, app: str, shipped: Recognizer) -> None:
    expected = open_with_a_four(page, app, shipped)
    layers = set()
    columns = view(page).locator(".column")
    expect(columns).to_have_count(12)
    for number in range(11):
        hover_column(page, number)
        layers.add(check_sum(page, expected).layer)
    assert len(layers) == 11


def test_a_convolution_opens_into_its_nine_products(page: Page, app: str, shipped: Recognizer) -> None:
    expected = open_with_a_four(page, app, shipped)
    hover_column(page, 4)
    place = check_sum(page, expected)
    assert place.layer == "conv2"
    terms = page.locator(".st-key-network_view .channels .term")
    expect(terms).to_have_count(32)
    sums = [float(term.get_attribute("data-value") or "nan") for term in terms.locator("output").all()]
    assert [abs(value) for value in sums] == sorted(map(abs, sums), reverse=True)

    hover_column(page, 4)
    page.mouse.down()
    page.mouse.up()  # pinned, so that the way to the list does not change it
    terms.nth(5).click()
    expect(terms.nth(5)).to_have_attribute("aria-pressed", "true")
    grids = page.locator(".st-key-network_view .matrix")
    patch, kernel, products = (
        [float(cell.get_attribute("data-value") or "nan") for cell in grid.locator("span").all()]
        for grid in grids.all()
    )
    assert products == pytest.approx([one * other for one, other in zip(patch, kernel, strict=True)])
    assert sum(products) == pytest.approx(sums[5], abs=1e-5)
    chosen = int(terms.nth(5).inner_text().split()[1]) - 1
    weight = shipped.network.blocks[1].conv.weight[place.channel, chosen]  # type: ignore[union-attr, index]
    assert kernel == pytest.approx(weight.flatten().tolist(), abs=1e-6)


def test_the_keyboard_walks_pins_and_lets_go(page: Page, app: str, shipped: Recognizer) -> None:
    expected = open_with_a_four(page, app, shipped)
    view(page).focus()
    start = check_sum(page, expected)
    assert start.layer == "conv1"

    press(page, "ArrowRight", told(start._replace(x=start.x + 1)))
    press(page, "ArrowDown", told(start._replace(x=start.x + 1, y=start.y + 1)))
    assert check_sum(page, expected).layer == start.layer
    press(page, "Shift+ArrowRight", "ReLU 1")
    assert check_sum(page, expected).layer == "activation1"
    press(page, "Shift+ArrowDown", f"map {start.channel + 2},")
    below = check_sum(page, expected)
    assert below[:4] == ("activation1", start.channel + 1, start.y + 1, start.x + 1)

    press(page, "Enter", "pinned")
    point_into(page, 3)
    page.evaluate("() => new Promise(requestAnimationFrame)")  # the mouse has been heard
    assert shown(page) == below  # a pinned number stays
    page.keyboard.press("Escape")
    expect(status(page)).not_to_contain_text("pinned")
    hover_column(page, 4)

    view(page).focus()
    for _ in range(12):
        page.keyboard.press("Shift+ArrowRight")
    expect(status(page)).to_contain_text("The output for digit")
    press(page, "Shift+ArrowRight", "The output for digit")  # the last layer is the end
    for _ in range(30):
        page.keyboard.press("ArrowUp")
    expect(status(page)).to_contain_text("digit 0")
    ring = view(page).evaluate("e => getComputedStyle(e).outlineStyle + getComputedStyle(e).outlineWidth")
    assert ring == "solid3px"


def test_past_the_edge_of_a_map_the_walk_goes_on_in_the_next_layer(page: Page, app: str) -> None:
    open_view(page, app)
    draw_and_settle(page)
    view(page).focus()
    start = shown(page)
    assert start.layer == "conv1"
    for x in range(start.x + 1, 26):
        press(page, "ArrowRight", told(start._replace(x=x)))
    press(page, "ArrowRight", "ReLU 1")


def test_the_view_follows_the_pen_before_it_is_lifted(page: Page, app: str) -> None:
    open_view(page, app)
    box = canvas(page).bounding_box()
    assert box is not None
    expect(page.locator(".st-key-network_view .hint")).to_contain_text("Draw a digit")
    path = [(box["x"] + x, box["y"] + y) for x, y in pen_path(SEVEN)[0]]
    page.mouse.move(*path[0])
    page.mouse.down()
    middle = len(path) // 2
    for x, y in path[1:middle]:
        page.mouse.move(x, y)
    page.wait_for_function("pageState.frame?.live")
    expect(page.locator(".st-key-network_view .hint")).to_contain_text("The line leads from the answer")
    captions = page.locator(".st-key-network_view figcaption")
    place = shown(page)  # the line and the pictures tell of the same number
    expect(captions.nth(1)).to_contain_text(f"To convolution 1, map {place.channel + 1},")
    assert place.layer == "conv1"
    early = page.evaluate("pageState.frame.image.join()")
    for x, y in path[middle:]:
        page.mouse.move(x, y)
    page.wait_for_function("early => pageState.frame.image.join() !== early", arg=early)
    page.wait_for_function("pageState.frame.winner === 7")
    assert page.evaluate("pageState.penDown && pageState.frame.live")
    page.mouse.up()
    page.wait_for_function("!pageState.frame.live && pageState.frame.winner === 7")


def test_the_answer_to_an_earlier_stroke_does_not_take_a_later_one_back(page: Page, app: str) -> None:
    open_view(page, app)
    draw_and_settle(page)
    before = page.evaluate("pageState.frame.image.join()")
    box = canvas(page).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 30, box["y"] + 280)
    page.mouse.down()
    page.mouse.move(box["x"] + 290, box["y"] + 280, steps=10)
    page.wait_for_function("pageState.frame.live")
    page.evaluate("settle()")  # the first stroke's answer, while the second is being drawn
    assert page.evaluate("pageState.frame.live")
    page.mouse.up()
    # and just after
    assert page.evaluate("() => { settle(); return pageState.frame.image.join() }") != before
    page.wait_for_function("!pageState.frame.live")
    assert page.evaluate("pageState.frame.image.join()") != before


def test_the_bars_of_the_draw_page_move_while_the_pen_moves_and_settle_on_pythons_answer(page: Page, app: str) -> None:
    open_draw_page(page, app)
    expose_page_state(page)
    page.wait_for_function("pageState.network !== null")
    rows = page.locator(".st-key-probabilities [role=listitem]")
    box = canvas(page).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 160, box["y"] + 50)
    page.mouse.down()
    for y in range(50, 280, 6):
        page.mouse.move(box["x"] + 160, box["y"] + y)
    expect(rows.nth(1)).to_have_class(re.compile("winner"))
    expect(prediction(page)).to_contain_text("Draw a digit from 0 to 9")  # Python has not been told yet
    before = rows.nth(1).inner_text()
    assert re.search(r"\d+\.\d%", before)
    page.mouse.up()
    expect_digit(page, 1)
    expect_settled(page)
    answer = re.search(r"(> )?\d+\.\d%", prediction(page).inner_text())
    assert answer
    expect(rows.nth(1)).to_contain_text(answer.group())


@pytest.mark.parametrize("obstacle", [CANNOT_FIND, CANNOT_READ], ids=["not found", "not readable"])
def test_without_a_readable_canvas_both_pages_wait_for_pen_up(page: Page, app: str, obstacle: str) -> None:
    page.add_init_script(obstacle)
    open_draw_page(page, app)
    expose_page_state(page)
    page.wait_for_function("pageState.network !== null")
    draw(page, ONE)
    expect_digit(page, 1)
    expect(page.locator(".st-key-probabilities [role=listitem]").nth(1)).to_have_class(re.compile("winner"))
    page.get_by_role("link", name="Feature maps").click()
    expect(view(page).locator(".column").first).to_be_visible()
    page.get_by_role("button", name="Clear").click()
    page.wait_for_function("pageState.frame?.blank")
    draw(page, SEVEN)
    page.wait_for_function("pageState.frame?.winner === 7")
    assert page.evaluate("pageState.timings.length") == 0  # nothing was read while the pen moved
    expect(page.get_by_test_id("stException")).to_have_count(0)


def test_a_drawing_costs_little_on_the_wire_and_the_weights_travel_once(page: Page, app: str) -> None:
    sizes: list[int] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda payload: sizes.append(len(payload)))

    page.on("websocket", listen)
    open_view(page, app)
    assert max(sizes) > 300_000  # here they come
    for strokes in (FOUR, SEVEN):
        sizes.clear()
        draw(page, strokes)
        page.wait_for_function("pageState.frame && !pageState.frame.live && !pageState.frame.blank")
        expect_settled(page)
        assert 0 < sum(sizes) <= MOST_BYTES_PER_DRAWING
    for name in ("Draw a digit", "The network", "Draw a digit", "Feature maps"):
        sizes.clear()
        page.get_by_role("link", name=name).click()
        expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
        expect_settled(page)
        assert max(sizes) < 100_000, name
    page.get_by_role("link", name="Draw a digit").click()
    page.get_by_role("button", name="Clear").click()
    expect_invitation(page)
    draw(page, SEVEN)
    expect_digit(page, 7)
    expect_settled(page)
    sizes.clear()
    draw(page, ONE)
    expect(page.get_by_text("After stroke 2")).to_be_visible()
    expect_settled(page)
    assert 0 < sum(sizes) <= MOST_BYTES_PER_DRAWING


def test_a_kernel_slides_step_by_step_and_on_its_own(page: Page, app: str, shipped: Recognizer) -> None:
    expected = open_with_a_four(page, app, shipped)
    start = shown(page)
    part = page.locator(".st-key-network_view")
    result = part.locator(".result")
    for column in range(3):
        part.get_by_role("button", name="Step").click()
        text = result.get_attribute("data-value") or "nan"
        assert float(text) == pytest.approx(float(expected["conv1"][start.channel, 0, column]), abs=1e-4)
    part.get_by_role("button", name="Play").click()
    pause = part.get_by_role("button", name="Pause")
    expect(pause).to_be_visible()
    expect(result).not_to_have_attribute("data-value", text)
    pause.click()
    expect(part.get_by_role("button", name="Play")).to_be_visible()
    stopped = result.get_attribute("data-value")
    part.get_by_role("button", name="Step").click()
    assert stopped is not None
    part.get_by_role("button", name="Stop").click()
    expect(status(page)).to_contain_text("Convolution 1")

    hover_column(page, 4)
    page.mouse.down()
    page.mouse.up()
    source = part.locator("figcaption").first
    expect(source).to_contain_text("From max pool 1, map")
    before = source.inner_text()
    for _ in range(12):  # over one input map, also where another one adds more
        part.get_by_role("button", name="Step").click()
        expect(source).to_have_text(before)


def test_a_tap_pins(browser: Browser, app: str, shipped: Recognizer) -> None:
    context = browser.new_context(viewport={"width": 1024, "height": 900}, has_touch=True)
    page = context.new_page()
    expected = open_with_a_four(page, app, shipped)
    box = view(page).locator(".column").nth(1).locator("canvas").bounding_box()
    assert box is not None
    page.touchscreen.tap(box["x"] + 8, box["y"] + 8)
    expect(status(page)).to_contain_text("pinned")
    assert check_sum(page, expected).layer == "conv1"
    context.close()


@pytest.mark.parametrize("width", [820, 1024, 1280])
def test_the_answers_are_in_sight_and_nothing_overlaps(browser: Browser, app: str, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 1000})
    page = context.new_page()
    open_view(page, app)
    draw_and_settle(page)
    frame = view(page).bounding_box()
    last = view(page).locator(".column").last.bounding_box()
    assert frame is not None and last is not None
    assert last["x"] + last["width"] <= frame["x"] + frame["width"] + 1
    assert frame["x"] + frame["width"] <= width
    boxes = [column.bounding_box() for column in view(page).locator(".column").all()[:-1]]
    edges = [(box["x"], box["x"] + box["width"]) for box in boxes if box]
    assert all(right <= left for (_, right), (left, _) in pairwise(edges))
    context.close()


def test_the_dark_theme_is_dark_in_every_map(browser: Browser, app: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme="dark")
    page = context.new_page()
    open_view(page, app)
    draw_and_settle(page)
    shot = np.asarray(Image.open(io.BytesIO(page.locator(".st-key-network_view").screenshot())).convert("L"), float)
    assert np.median(shot) < 60
    assert np.mean(shot > 160) > 0.003  # text, lines and excited pixels stand out
    context.close()


ODD = {
    "one-layer": ModelConfig(filters=(128,), kernel_size=5, activation="tanh", pooling="average", dense_units=16),
    "four-norm": ModelConfig(filters=(3, 4, 5, 6), batch_norm=True, pooling="none", dropout=0.5, activation="gelu"),
    "large-kernels": ModelConfig(filters=(4, 5), kernel_size=(9, 7), activation="sigmoid", dense_units=300),
    "dense-only": ModelConfig(filters=(), dense_units=20, dropout=0.5),
}


@pytest.fixture(scope="module")
def odd_app(start_app: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> str:
    """An app in whose sidebar networks of odd shapes can be chosen."""
    folder = tmp_path_factory.mktemp("odd")
    for name, config in ODD.items():
        weights = {key: tensor.detach() for key, tensor in DigitCNN(config).state_dict().items()}
        checkpoint = Checkpoint(config, TrainConfig(), weights, "mnist")
        save_checkpoint(checkpoint, folder / "checkpoints" / f"{name}.safetensors")
    return start_app(Path(folder))


def open_odd(page: Page, address: str, name: str) -> tuple[Recognizer, Truth]:
    """The view on one of the odd networks, with a four drawn."""
    open_view(page, address)
    draw_and_settle(page)
    page.get_by_test_id("stSidebar").get_by_role("combobox").click()
    page.get_by_role("option", name=name).click()
    columns = [layer for layer in ODD[name].layers() if layer.kind not in ("flatten", "dropout")]
    expect(view(page).locator(".column")).to_have_count(len(columns) + 1)
    expect(page.get_by_test_id("stMain")).to_contain_text(name)
    expect_settled(page)
    weights = {key: tensor.detach() for key, tensor in DigitCNN(ODD[name]).state_dict().items()}
    recognizer = Recognizer(Checkpoint(ODD[name], TrainConfig(), weights, "mnist"))
    return recognizer, truth(page, recognizer)


@pytest.mark.parametrize("name", ODD)
def test_any_network_can_be_looked_into(page: Page, odd_app: str, name: str) -> None:
    _, expected = open_odd(page, odd_app, name)
    columns = [layer for layer in ODD[name].layers() if layer.kind not in ("flatten", "dropout")]
    titles = view(page).locator(".column .layer").all_inner_texts()
    view(page).focus()
    seen = []
    for at, title in enumerate(titles[1:], start=1):
        kind, _, count = title.partition(" ")
        expect(status(page)).to_have_text(re.compile(rf"^{COLUMNS.get(kind, kind)} ?{count}\b"))
        if title != "output":
            seen.append(check_sum(page, expected).layer)
        parts = (view(page), view(page).locator(".column").last, view(page).locator(".column").nth(at))
        frame, answers, box = (part.bounding_box() for part in parts)
        assert frame and answers and box
        assert frame["x"] <= box["x"] + 1  # the walk never leads out of sight, nor behind the answers
        assert title == "output" or box["x"] + box["width"] <= answers["x"] + 1
        page.keyboard.press("Shift+ArrowRight")
    assert seen == [layer.name for layer in columns[:-1]]


def test_a_unit_of_a_dense_network_is_made_of_the_pixels(page: Page, odd_app: str) -> None:
    recognizer, expected = open_odd(page, odd_app, "dense-only")
    hover_column(page, 1, (0.5, 0.5))
    place = check_sum(page, expected)
    assert place.layer == "dense"
    part = page.locator(".st-key-network_view")
    expect(part).to_contain_text("the strongest of 784 pixels")
    weights = recognizer.network.dense.weight[place.channel].reshape(28, 28)
    terms = part.locator(".products .term").all()
    assert len(terms) == 24
    for term in terms:
        name = re.match(r"row (\d+), column (\d+): ", term.inner_text())
        assert name, term.inner_text()
        y, x = (int(number) - 1 for number in name.groups())
        product = float(term.locator("output").get_attribute("data-value") or "nan")
        assert product == pytest.approx(float(weights[y, x] * expected["input"][0, y, x]), abs=1e-5)
    box = view(page).locator(".column").first.locator("canvas").bounding_box()
    assert box is not None and box["width"] == box["height"] >= 8 * 28  # the picture takes the room that maps leave
    hover_column(page, 0, (14.5 / 28, 14.5 / 28))
    expect(status(page)).to_contain_text("The input, row 15, column 15")

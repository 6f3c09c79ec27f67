"""The network view for networks of other architectures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from model.network.checkpoint import Checkpoint, save_checkpoint
from model.network.cnn import DigitCNN
from model.network.config import ModelConfig
from model.network.train_config import TrainConfig
from model.recognizer import Recognizer
from tests.browser.drawing import expect_settled
from tests.browser.inside.network_view import (
    COLUMNS,
    Truth,
    check_sum,
    draw_and_settle,
    hover_column,
    open_view,
    status,
    truth,
    values,
    view,
)

ODD = {
    "four-norm": ModelConfig(filters=(3, 4, 5, 6), batch_norm=True, pooling="none", dropout=0.5, activation="gelu"),
    "large-kernels": ModelConfig(filters=(4, 5), kernel_size=(9, 7), activation="sigmoid", dense_units=300),
    "dense-only": ModelConfig(filters=(), dense_units=20, dropout=0.5),
}


def odd_checkpoint(name: str) -> Checkpoint:
    weights = {key: tensor.detach() for key, tensor in DigitCNN(ODD[name]).state_dict().items()}
    return Checkpoint(ODD[name], TrainConfig(), weights, "mnist")


@pytest.fixture(scope="module", autouse=True)
def odd_networks(app_folder: Path) -> Iterator[None]:
    """These networks can be chosen in the sidebar, until the last test of this file ends."""
    files = {name: app_folder / "checkpoints" / f"{name}.safetensors" for name in ODD}
    for name, file in files.items():
        save_checkpoint(odd_checkpoint(name), file)
    yield
    for file in files.values():
        file.unlink()


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
    recognizer = Recognizer(odd_checkpoint(name))
    return recognizer, truth(page, recognizer)


@pytest.mark.parametrize("name", ["four-norm", "large-kernels"])
def test_the_keyboard_walks_through_every_layer_of_another_network(page: Page, app: str, name: str) -> None:
    _, expected = open_odd(page, app, name)
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


def test_a_unit_of_a_dense_network_is_made_of_the_pixels(page: Page, app: str) -> None:
    recognizer, expected = open_odd(page, app, "dense-only")
    hover_column(page, 1, (0.5, 0.5))
    place = check_sum(page, expected)
    assert place.layer == "dense"
    part = page.locator(".st-key-network_view")
    expect(part).to_contain_text("the strongest of 784 pixels")
    weights = recognizer.network.dense.weight[place.channel].reshape(28, 28)
    terms = part.locator(".products .term")
    products = values(terms.locator("output"))
    assert len(products) == 24
    for text, product in zip(terms.all_inner_texts(), products, strict=True):
        name = re.match(r"row (\d+), column (\d+): ", text)
        assert name, text
        y, x = (int(number) - 1 for number in name.groups())
        assert product == pytest.approx(float(weights[y, x] * expected["input"][0, y, x]), abs=1e-5)
    box = view(page).locator(".column").first.locator("canvas").bounding_box()
    assert box is not None and box["width"] == box["height"] >= 8 * 28  # the picture takes the room that maps leave
    hover_column(page, 0, (14.5 / 28, 14.5 / 28))
    expect(status(page)).to_contain_text("The input, row 15, column 15")

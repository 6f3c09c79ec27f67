"""The lesson on the whole network: its figures, the pages of the data set, its questions."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest

from model.data.datasets import DataError, DataSet, ImageSet
from model.inspection.activations import layer_outputs
from model.network.config import ModelConfig
from model.recognizer import Recognizer
from model.training.evaluation import compute_logits
from tests.pages.conftest import four
from tests.pages.learn.helpers import (
    FORGED,
    OTHER_NETWORKS,
    Open,
    choices,
    choose_network,
    numbers,
    reply,
    sent,
    texts,
)
from ui.learn.cnn import browse, unusual_pictures, variety

PAGE, TITLE = "pages/learn/cnn.py", "The whole CNN"
MINUS = "\N{MINUS SIGN}"


@pytest.fixture(autouse=True)
def offline_data(digits: DataSet, monkeypatch: pytest.MonkeyPatch) -> None:
    """The small offline set in place of MNIST, and no results of another set."""
    for cache in (browse._sorted_numbers, variety._variety, unusual_pictures._study):
        cache.clear()
    monkeypatch.setattr("ui.shared.data_set.load_data", lambda: digits)


def choose(app: AppTest, **settings: Any) -> AppTest:
    for name, value in settings.items():
        app.session_state[f"cnn_{name}"] = value
    app.run()
    assert not app.exception
    return app


def sheet(app: AppTest) -> list[int]:
    """The numbers of the pictures on the present page."""
    return [int(picture["note"].replace(",", "")) for picture in sent(app, "cnn_sheet")["pictures"]]


def facts(app: AppTest, title: str) -> dict[str, str]:
    (stack,) = [stack for stack in sent(app, "cnn_stacks")["stacks"] if stack["title"] == title]
    return dict(stack["facts"])


# --- The network ------------------------------------------------------------------------------------------------------


def test_every_figure_of_the_default_network_is_worked_out(open_page: Open) -> None:
    app = open_page()
    table = app.dataframe[0].value
    assert table["Parameters"].sum() == ModelConfig().parameters == 93_322
    assert table["Multiplications"].sum() == 2_794_240
    assert dict(zip(table["Layer"], table["Receptive field"], strict=True))["conv2"] == "8x8"
    told = texts(app)
    assert "2,794,240 in total" in told
    assert r"(1 \cdot 3 \cdot 3 + 1) \cdot 32 = 320" in told
    assert r"(32 \cdot 3 \cdot 3 + 1) \cdot 64 = 18{,}496" in told
    assert "320 + 18{,}496 + 36{,}928 + 36{,}928 + 650 = 93{,}322" in told
    conv2 = facts(app, "conv2")
    assert conv2["Multiplications"] == "32 · 3 · 3 · 64 · 11 · 11 = 2,230,272"
    assert conv2["Size"] == f"13 {MINUS} 3 + 1 = 11"
    assert conv2["Receptive field"].startswith("8x8 pixels")
    assert "last row and column" in facts(app, "pool2")["Idea"]
    assert facts(app, "flatten")["Size"] == "64 · 3 · 3 = 576"


def test_every_written_product_is_right(open_page: Open) -> None:
    app = open_page()
    sums = [text for stack in sent(app, "cnn_stacks")["stacks"] for _label, text in stack["facts"]]
    sums += [each.value.replace(r"\cdot", "·").replace("{,}", ",") for each in app.latex[1:]]
    checked = 0
    for text in sums:
        if re.fullmatch(rf"[\d,()·+/{MINUS} ]+ = [\d,]+", text):
            left, _equals, right = text.replace(",", "").replace("·", "*").replace(MINUS, "-").partition(" = ")
            assert eval(left) == int(right), text  # noqa: S307 - digits and signs only
            checked += 1
    assert checked >= 15


def test_the_stacks_hold_the_network_s_own_maps(open_page: Open) -> None:
    app, recognizer = open_page(four()), Recognizer.load()
    image = torch.from_numpy(recognizer.read(four()).image)
    outputs = layer_outputs(recognizer.network, image)
    stacks = {stack["title"]: stack for stack in sent(app, "cnn_stacks")["stacks"]}
    assert list(stacks) == ["input", "conv1", "pool1", "conv2", "pool2", "conv3", "flatten", "dense", "output"]
    np.testing.assert_allclose(numbers(stacks["input"]["values"]), image.flatten(), atol=1e-6)
    for title, name in (("conv1", "activation1"), ("pool2", "pool2"), ("conv3", "activation3")):
        stack, maps = stacks[title], outputs[name]
        assert stack["count"] == len(maps)
        np.testing.assert_allclose(numbers(stack["values"]), maps[stack["index"]].flatten(), atol=1e-6)
    np.testing.assert_allclose(numbers(stacks["output"]["values"]), outputs["output"], atol=1e-5)
    assert "for the 4" in facts(app, "output")["Answer"]


@pytest.mark.usefixtures("other_networks")
@pytest.mark.parametrize("name", OTHER_NETWORKS)
def test_any_network_can_be_looked_at_beside_the_default_one(open_page: Open, name: str) -> None:
    config = OTHER_NETWORKS[name]
    app = open_page(four())
    assert "Network of this lesson" not in [group.label for group in app.get("button_group")]
    choose_network(app, name)
    table = app.dataframe[0].value
    assert table["Parameters"].sum() == config.parameters
    blocks = [stack["title"] for stack in sent(app, "cnn_stacks")["stacks"]]
    assert len(blocks) == 4 + len(config.filters) + sum(layer.kind == "pooling" for layer in config.layers())
    if config.batch_norm:
        assert facts(app, "conv1")["Batch norm"] == f"2 · {config.filters[0]} = {2 * config.filters[0]}"
    if config.dropout:
        assert f"{100 * config.dropout:g}%" in facts(app, "dense")["Dropout"]
    for question in ("most", "double"):
        reply(app, "cnn", question, choices(app, "cnn", question)[0])
    reply(app, "cnn", "input", "1")
    assert "3 of 3 questions answered" in texts(app)
    choose(app, network="default")
    assert app.dataframe[0].value["Parameters"].sum() == ModelConfig().parameters


@pytest.mark.usefixtures("other_networks")
def test_the_questions_are_answered_by_the_network_that_is_shown(open_page: Open) -> None:
    app = open_page()
    reply(app, "cnn", "input", "9,280")
    reply(app, "cnn", "most", "dense")
    reply(app, "cnn", "double", "As many parameters, more multiplications")
    assert len(app.success) == 3
    assert r"(16 \cdot 3 \cdot 3 + 1) \cdot 64 = 9{,}280" in texts(app)
    choose_network(app, "dense")
    assert not app.success, "another network makes other questions"
    reply(app, "cnn", "input", str((392 + 1) * 13))
    reply(app, "cnn", "most", "dense")
    reply(app, "cnn", "double", "More of both")
    assert len(app.success) == 3


def test_a_wrong_number_is_explained(open_page: Open) -> None:
    app = open_page()
    reply(app, "cnn", "input", "18496")
    assert "your answer is 18,496, but the right answer is 9,280" in texts(app)
    reply(app, "cnn", "input", "many")
    assert "is not a number" in app.error[0].value


# --- The data set -----------------------------------------------------------------------------------------------------


def test_the_data_set_is_named_and_its_pictures_are_shown_page_by_page(open_page: Open, digits: DataSet) -> None:
    app = open_page()
    assert "The offline digits" in texts(app)
    assert f"{len(digits.train):,} pictures are for training" in texts(app)
    threes = (digits.train.labels == 3).nonzero().flatten().tolist()
    assert sheet(app) == threes[:40]
    app.number_input(key="cnn_page").set_value(2).run()
    assert sheet(app) == threes[40:80]
    last = math.ceil(len(threes) / 40)
    app.number_input(key="cnn_page").set_value(last).run()
    assert sheet(app) == threes[40 * (last - 1) :]
    choose(app, part="test", digit=8)
    eights = (digits.test.labels == 8).nonzero().flatten().tolist()
    assert app.number_input(key="cnn_page").value == 1, "the test set has no such page"
    assert sheet(app) == eights[:40]


def test_sorted_pictures_begin_with_the_extremes(open_page: Open, digits: DataSet) -> None:
    app = choose(open_page(), digit=1)
    light = digits.train.images.float().mean((1, 2, 3))
    ones = (digits.train.labels == 1).nonzero().flatten()
    app.selectbox(key="cnn_order").select("thin").run()
    assert sheet(app)[0] == int(ones[light[ones].argmin()])
    app.selectbox(key="cnn_order").select("bold").run()
    assert sheet(app)[0] == int(ones[light[ones].argmax()])
    first = {}
    for order in ("left", "right", "far"):
        app.selectbox(key="cnn_order").select(order).run()
        assert not app.exception
        first[order] = sheet(app)[0]
    assert len(set(first.values())) == 3


def test_unusual_and_uncertain_pictures_come_from_the_network_results(open_page: Open, digits: DataSet) -> None:
    app, network = open_page(), Recognizer.load().network
    answers = compute_logits(network, digits.test.images).argmax(1)
    wrong = (answers != digits.test.labels).nonzero().flatten().tolist()
    assert f"Doubtful: the network reads {len(wrong)} test picture" in texts(app)
    doubtful = sent(app, "cnn_doubtful")["pictures"]
    assert len(doubtful) == min(20, len(wrong))
    for picture in doubtful:
        number = int(re.search(r"Test picture ([\d,]+)", picture["alt"])[1].replace(",", ""))
        assert number in wrong
        assert picture["caption"] == f"label {int(digits.test.labels[number])}"
        assert picture["note"].startswith(f"read as {int(answers[number])}, ")
    shares = [float(re.search(r"([\d.]+)%", picture["note"])[1]) for picture in doubtful]
    assert shares == sorted(shares, reverse=True)
    odd = sent(app, "cnn_odd")["pictures"]
    assert len(odd) == 10
    assert all("labelled 7" in picture["alt"] for picture in odd)
    choose(app, odd_digit=0)
    assert all("labelled 0" in picture["alt"] for picture in sent(app, "cnn_odd")["pictures"])


def test_a_set_without_a_digit_shows_a_message(
    open_page: Open, digits: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = ImageSet(digits.train.images[:1], torch.tensor([1]))
    monkeypatch.setattr(
        "ui.shared.data_set.load_data", lambda: DataSet("digits", few, few, (Path("here"), "no server answered"))
    )
    app = open_page()
    assert "could not be downloaded (no server answered)" in texts(app)
    assert texts(app).count("There is no picture of this digit.") == 2
    assert app.number_input(key="cnn_page").max == 1


def test_a_network_without_mistakes_has_no_uncertain_pictures(
    open_page: Open, digits: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = compute_logits(Recognizer.load().network, digits.test.images).argmax(1)
    right = digits.test[answers == digits.test.labels]
    monkeypatch.setattr("ui.shared.data_set.load_data", lambda: DataSet("digits", digits.train, right))
    assert "Doubtful: none." in texts(open_page())


def test_a_lesson_without_readable_data_still_shows_its_other_parts(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> DataSet:
        raise DataError("The files are damaged; delete that folder and start again.")

    monkeypatch.setattr("ui.shared.data_set.load_data", broken)
    app = open_page()
    assert app.error[0].value == "The files are damaged; delete that folder and start again."
    assert app.dataframe[0].value["Parameters"].sum() == ModelConfig().parameters
    reply(app, "cnn", "most", "dense")
    assert app.success


def test_a_forged_choice_is_ignored(open_page: Open) -> None:
    keys = ("network", "digit", "part", "order", "page", "odd_digit")
    for value in FORGED:
        app = open_page(**{f"cnn_{key}": value for key in keys})
        assert len(sheet(app)) > 0


def test_the_network_results_are_computed_once_for_all_sessions(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    real = unusual_pictures.network_results

    def counting(network: Any, images: Any) -> Any:
        made.append(network)
        return real(network, images)

    monkeypatch.setattr(unusual_pictures, "network_results", counting)
    open_page()
    choose(open_page(four()), odd_digit=2)
    assert len(made) == 1

"""The lesson on pooling: what it shows for every setting, bad input, its questions, and other networks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest
from torch.nn import functional as F

from model.inspection.activations import layer_outputs
from model.network.config import ModelConfig
from model.recognizer import Recognizer
from tests.conftest import assert_one_sentence
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

PAGE, TITLE = "pages/learn/pooling.py", "Pooling"
GRID = "pooling_grid_6"


def choose(app: AppTest, **settings: Any) -> AppTest:
    for name, value in settings.items():
        app.session_state[f"pooling_{name}"] = value
    app.run()
    assert not app.exception
    return app


def grid(app: AppTest) -> np.ndarray:
    data = sent(app, "pooling_grid_window")
    return numbers(data["values"]).reshape(data["rows"], data["columns"]).copy()


def feature_map(app: AppTest) -> np.ndarray:
    data = sent(app, "pooling_map_window")
    return numbers(data["values"]).reshape(data["rows"], data["columns"])


def test_everything_is_there_with_an_example_and_with_a_drawing(open_page: Open) -> None:
    example, own = open_page(), open_page(four(120))
    assert "This is an example" in texts(example)
    assert "Your digit, as the network sees it" in texts(own)
    for app in (example, own):
        told = texts(app)
        assert "keeps the maximum of each 2x2 window" in told
        assert r"\left\lfloor \frac{26 - 2}{2} \right\rfloor + 1 = 13" in told
        assert r"32 \cdot 26 \cdot 26 = 21{,}632" in told
        assert "25.0% of the numbers are left" in told
        assert f"{ModelConfig().parameters:,} parameters" in told
        assert f"{ModelConfig(pooling='none').parameters:,}" in told
        assert app.dataframe[0].value.shape == (4, 4)
        assert len(sent(app, "pooling_kinds")["pictures"]) == 3


def test_the_map_is_the_network_s_own(open_page: Open) -> None:
    app, recognizer = open_page(four()), Recognizer.load()
    image = torch.from_numpy(recognizer.read(four()).image)
    maps = layer_outputs(recognizer.network, image)["activation1"]
    strongest = int(maps.flatten(1).std(1).argmax())
    assert app.number_input(key="pooling_map").value == strongest + 1
    np.testing.assert_allclose(feature_map(app), maps[strongest], atol=1e-6)
    app.number_input(key="pooling_map").set_value(3).run()
    np.testing.assert_allclose(feature_map(app), maps[2], atol=1e-6)
    choose(app, source="drawing")
    np.testing.assert_allclose(feature_map(app), image, atol=1e-6)


def test_the_figures_of_a_shift_are_pytorch_s(open_page: Open) -> None:
    app, recognizer = open_page(four()), Recognizer.load()
    image = torch.from_numpy(recognizer.read(four()).image)
    number = app.number_input(key="pooling_map").value - 1
    rolled = torch.zeros_like(image)
    rolled[:, 1:] = image[:, :-1]  # one pixel to the right
    still, gone = (layer_outputs(recognizer.network, each)["activation1"][number] for each in (image, rolled))
    after = [F.max_pool2d(each[None], 2)[0] for each in (still, gone)]
    row = app.dataframe[0].value.iloc[0]
    assert row["Move"] == "Right"
    before, after_pooling = (float(part) for part in row["Mean change"].split(" → "))
    assert before == pytest.approx(float((gone - still).abs().mean()), rel=0.01)
    assert after_pooling == pytest.approx(float((after[1] - after[0]).abs().mean()), rel=0.01)
    share = float(((after[1] - after[0]).abs() > 0.01 * max(after[0].max(), after[1].max())).float().mean())
    assert row["Changed"].endswith(f" → {100 * share:.1f}%")


@pytest.mark.parametrize("kind", ["max", "average"])
def test_every_setting_can_be_chosen(open_page: Open, kind: str) -> None:
    app = open_page()
    for window, stride in ((2, 4), (4, 1), (3, 3)):
        choose(app, kind=kind, window=window, stride=stride, grid_side=4, direction="up", pixels=stride)
        for key in ("pooling_grid_window", "pooling_map_window"):
            data = sent(app, key)
            assert (data["kind"], data["window"], data["stride"]) == (kind, window, stride)
        after = (26 - window) // stride + 1
        assert rf"32 \cdot {after} \cdot {after}" in texts(app)
        lost = (26 - window) % stride
        assert ("in no window" in texts(app)) == bool(lost)


def test_numbers_can_be_typed_and_are_pooled(open_page: Open) -> None:
    app = open_page()
    app.text_input(key=f"{GRID}_0_0").set_value("-2,5").run()
    app.text_input(key=f"{GRID}_5_5").set_value("1/4").run()
    assert grid(app)[0, 0] == -2.5
    assert grid(app)[5, 5] == 0.25
    app.button(key="pooling_move_right").click().run()
    moved = grid(app)
    assert not moved[:, 0].any()
    assert moved[0, 1] == -2.5
    before = moved.copy()
    app.button(key="pooling_random").click().run()
    assert (grid(app) != before).any()
    assert not app.exception


def test_a_text_that_is_not_a_number_gets_one_sentence(open_page: Open) -> None:
    app = open_page()
    before = grid(app)
    for typed in ("", "abc", "1e9", "1/0", "\N{PILE OF POO}" * 20):
        app.text_input(key=f"{GRID}_1_2").set_value(typed).run()
        assert not app.exception
        (error,) = app.error
        assert error.value.startswith("Row 2, column 3:")
        assert_one_sentence(error.value)
        np.testing.assert_array_equal(grid(app), before)
    app.text_input(key=f"{GRID}_1_2").set_value("7").run()
    assert not app.error
    assert grid(app)[1, 2] == 7


def test_a_forged_choice_is_ignored(open_page: Open) -> None:
    names = ("kind", "window", "stride", "grid_side", "source", "direction", "pixels", "map")
    for value in FORGED:
        app = open_page(**{f"pooling_{name}": value for name in names})
        data = sent(app, "pooling_grid_window")
        assert (data["kind"], data["window"], data["stride"], data["rows"]) == ("max", 2, 2, 6)
        app.button(key="pooling_move_right").click().run()
        assert not app.exception


def test_the_questions_are_answered_by_the_page_s_own_settings(open_page: Open) -> None:
    app = open_page()
    assert not app.success
    mean = float(F.avg_pool2d(torch.from_numpy(grid(app))[None], 2)[0, -1, -1])
    reply(app, "pooling", "kind", f"{mean:.2f}")
    reply(app, "pooling", "size", str(25 * 25))
    reply(app, "pooling", "move", "The same numbers, in other places")  # by two pixels, which is the stride
    assert len(app.success) == 3
    assert "3 of 3 questions answered" in texts(app)

    choose(app, kind="average", stride=2, window=3)
    assert not app.success, "other settings make other questions"
    largest = float(grid(app)[2:5, 2:5].max())
    reply(app, "pooling", "kind", str(largest))
    reply(app, "pooling", "size", str(24 * 24))
    reply(app, "pooling", "move", "Other numbers")  # three pixels are no multiple of two
    assert len(app.success) == 3


def test_a_wrong_answer_is_explained_with_the_sum(open_page: Open) -> None:
    app = open_page()
    assert "The window contains" not in texts(app)
    reply(app, "pooling", "kind", "999")
    told = texts(app)
    assert "your answer is 999" in told
    assert "The window contains 9, 1, 4, 0. Their sum is 14, and 14 / 4 = 3.5." in told
    reply(app, "pooling", "move", choices(app, "pooling", "move")[2])
    assert "2 is a multiple of the stride 2" in texts(app)


@pytest.mark.usefixtures("other_networks")
@pytest.mark.parametrize("name", OTHER_NETWORKS)
def test_any_network_can_be_chosen(open_page: Open, name: str) -> None:
    config = OTHER_NETWORKS[name]
    app = open_page(four())
    choose_network(app, name)
    told = texts(app)
    if name == "dense":
        assert "it has no feature maps" in told
        assert feature_map(app).shape == (28, 28)
        assert "without its pooling" not in told
    else:
        side = config.layers()[0].output[1]
        assert feature_map(app).shape == (side, side)
        assert len(sent(app, "pooling_maps")["pictures"]) == min(8, config.filters[0])
    expected = {"none": "does not pool at all", "average": "keeps the average", "max": "keeps the maximum"}
    assert (expected[config.pooling] in told) == bool(config.filters)
    side = feature_map(app).shape[0]
    reply(app, "pooling", "size", str((side - 1) ** 2))
    assert app.success


@pytest.mark.usefixtures("other_networks")
def test_a_map_that_a_smaller_network_does_not_have_is_replaced(open_page: Open) -> None:
    app = open_page(four())
    app.number_input(key="pooling_map").set_value(32).run()
    choose_network(app, "deep")
    assert 1 <= app.number_input(key="pooling_map").value <= 3


def test_an_empty_canvas_shows_the_example(open_page: Open) -> None:
    app = open_page(np.zeros((320, 320), np.uint8))
    assert "This is an example" in texts(app)
    assert feature_map(app).any()

"""The lesson on training and overfitting: its sections, its bad inputs, other networks, and its questions."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from streamlit.testing.v1 import AppTest

import ui.learn.overfitting.batches
import ui.learn.overfitting.memorization
from model.data.datasets import DataError, DataSet
from model.network.checkpoint import Checkpoint, save_checkpoint
from model.network.cnn import DigitCNN
from model.network.config import ModelConfig
from model.network.train_config import TrainConfig
from model.recognizer import Recognizer
from tests.pages.conftest import four

Open = Callable[..., AppTest]
PAGE = "pages/learn/overfitting.py"
CACHES = (
    ui.learn.overfitting.batches._noise,
    ui.learn.overfitting.memorization._task,
    ui.learn.overfitting.memorization._learned,
)


@pytest.fixture(autouse=True)
def small_data(monkeypatch: pytest.MonkeyPatch, digits: DataSet) -> Iterator[None]:
    for user in ("ui.learn.overfitting.batches.data_set", "ui.learn.overfitting.memorization.data_set"):
        monkeypatch.setattr(user, lambda: digits)
    for cache in CACHES:
        cache.clear()
    yield
    for cache in CACHES:
        cache.clear()


@pytest.fixture
def open_page(open_app: Open) -> Open:
    def run(*arguments: Any, **state: Any) -> AppTest:
        app = open_app(*arguments)
        for key, value in state.items():
            app.session_state[key] = value
        app.switch_page(PAGE).run()
        assert not app.exception
        assert app.title[0].value == "Training and overfitting"
        return app

    return run


def texts(app: AppTest) -> str:
    return "\n".join(str(each.value) for each in (*app.markdown, *app.caption, *app.latex))


def answer(app: AppTest, key: str, reply: Any) -> None:
    field = f"reply_overfitting_{key}"
    if isinstance(reply, int):
        radio = app.radio(key=field)
        radio.set_value(radio.options[reply])
    else:
        app.text_input(key=field).set_value(reply)
    app.run()
    app.button(key=f"check_overfitting_{key}").click().run()
    assert not app.exception


def choose_network(folder: Path, app: AppTest, config: ModelConfig) -> AppTest:
    """A network with random weights, saved where train.py saves, becomes the chosen one."""
    (folder / "checkpoints").mkdir()
    weights = DigitCNN(config, torch.Generator().manual_seed(1)).state_dict()
    path = folder / "checkpoints" / "other.safetensors"
    save_checkpoint(Checkpoint(config, TrainConfig(), weights, "mnist", {}), path)
    app.run()
    app.selectbox(key="network").set_value("other").run()
    return app


def test_every_section_speaks_of_the_students_digit(open_page: Open, digits: DataSet) -> None:
    app = open_page(four())
    reading = Recognizer.load().read(four())
    assert reading.digit == 4
    told = texts(app)
    loss = -math.log(float(reading.probabilities[4]))
    found = re.search(r"L = -\\ln p_\{4\} = -\\ln (\S+) = \\mathbf\{(\S+)\}", told)
    assert found
    assert float(found[1]) == pytest.approx(float(reading.probabilities[4]), abs=1e-3)
    assert float(found[2]) == pytest.approx(loss, rel=1e-2)
    assert "settles only with a learning rate below **2**" in told
    assert "Steps in an epoch: 938. Steps in the whole training: **11,256**." in told
    assert re.search(r"reads \*\*100\.0%\*\* of the 100 pictures", told)
    assert "0 units are off" in told
    assert "All on: **4**" in told
    assert re.search(r"\*\*500\*\* random masks .* \*\*\d+\*\* of them still say 4", told)
    assert re.search(r"reads \d+ of 12 variations as it reads your digit, a \*\*4\*\*", told)
    assert f"{len(digits.train):,} training pictures, 60 random batches" in told
    assert not app.error
    assert {"overfitting", "rate", "labels"} <= {
        link.proto.query_string.removeprefix("experiment=") for link in app.get("page_link") if link.proto.query_string
    }


def test_the_loss_follows_the_label_and_the_smoothing(open_page: Open) -> None:
    app = open_page(four())
    logits = torch.from_numpy(Recognizer.load().read(four()).probabilities).double().log()
    app.segmented_control(key="overfitting_label").set_value(7).run()
    shown = float(re.search(r"p_\{7\} = .*\\mathbf\{(\S+)\}", texts(app))[1])  # type: ignore[index]
    assert shown == pytest.approx(-float(logits[7]), rel=1e-2)
    app.slider(key="overfitting_smoothing").set_value(0.0).run()
    both = re.findall(r"\\mathbf\{([\d.]+)\}", texts(app))[:2]
    assert both[0] == both[1]


def test_steps_are_counted_and_emptied_fields_fall_back(open_page: Open) -> None:
    app = open_page()
    app.number_input(key="overfitting_train_images").set_value(1000).run()
    app.number_input(key="overfitting_batch_size").set_value(300).run()
    app.number_input(key="overfitting_epochs").set_value(5).run()
    assert "Steps in an epoch: 4. Steps in the whole training: **20**." in texts(app)
    app.session_state["overfitting_epochs"] = 10**9
    app.session_state["overfitting_train_images"] = None
    app.run()
    assert not app.exception
    assert not app.error
    assert re.search(r"Steps in an epoch: \d+", texts(app))


def test_other_settings_give_another_curve(open_page: Open) -> None:
    app = open_page()
    (before,) = re.findall(r"a gap of \*\*(\S+)\*\* points", texts(app))
    app.segmented_control(key="overfitting_pictures").set_value(400).run()
    (after,) = re.findall(r"a gap of \*\*(\S+)\*\* points", texts(app))
    assert float(after) < float(before)
    assert "of the 400 pictures" in texts(app)


def test_units_are_switched_off_at_random_and_on_again(open_page: Open) -> None:
    app = open_page(four())
    app.button(key="overfitting_draw").click().run()
    first = app.session_state["overfitting_off"]
    assert 16 <= len(first) <= 48
    assert f"{len(first)} units are off" in texts(app)
    app.button(key="overfitting_draw").click().run()
    assert app.session_state["overfitting_off"] != first
    app.select_slider(key="overfitting_share").set_value(0.9).run()
    fewer = int(re.search(r"\*\*(\d+)\*\* of them still say 4", texts(app))[1])  # type: ignore[index]
    app.select_slider(key="overfitting_share").set_value(0.0).run()
    assert "**500** of them still say 4." in texts(app)
    assert fewer < 500
    app.button(key="overfitting_all_on").click().run()
    assert "0 units are off" in texts(app)


def test_augmentation_of_no_strength_changes_nothing_and_strong_one_does(open_page: Open) -> None:
    app = open_page(four())
    app.button(key="overfitting_preset_0").click().run()
    assert app.slider(key="overfitting_rotation").value == 0
    assert "reads 12 of 12 variations" in texts(app)
    app.button(key="overfitting_preset_2").click().run()
    assert app.slider(key="overfitting_rotation").value == 25
    app.slider(key="overfitting_shift").set_value(8.0).run()
    app.button(key="overfitting_again").click().run()
    assert not app.exception
    assert "reads 12 of 12 variations" not in texts(app)


def test_right_and_wrong_answers_are_told_with_the_arithmetic(open_page: Open) -> None:
    app = open_page(four())
    shares = Recognizer.load().read(four()).probabilities
    second = int(shares.argsort()[-2])
    loss = -math.log(float(shares[second]))
    answer(app, "loss", f"{loss + 0.1:.2f}")
    assert app.success
    assert f"= {loss:.2f}" in texts(app)
    answer(app, "loss", f"{loss + 2:.2f}")
    assert not app.success
    assert app.warning[0].value.startswith("Not quite")
    answer(app, "loss", "much")
    assert "is no number" in app.error[0].value

    answer(app, "rate", 2)  # at a rate of 1 the bowl is left in a single step
    assert "it is At the lowest point" in app.warning[-1].value
    answer(app, "rate", 0)
    assert "with a loss of 0" in texts(app)
    answer(app, "pictures", 2)
    assert app.success[-1].value.startswith("Right: It shrinks")
    assert "3 of 3 answered" in texts(app) or "3 of 3 questions answered" in texts(app)


def test_the_question_follows_the_surface_and_its_answer_is_worked_out_anew(open_page: Open) -> None:
    app = open_page()
    answer(app, "rate", 0)
    assert app.success
    app.segmented_control(key="overfitting_surface").set_value("valley").run()
    assert not app.success  # it is another question now
    assert "A long valley" in texts(app)
    assert "below **0.667**" in texts(app)
    answer(app, "rate", 2)
    assert app.success
    assert "It diverged at step" in texts(app)


HOSTILE = ["x", float("nan"), [1]]


@pytest.mark.parametrize("value", HOSTILE, ids=str)
def test_no_value_in_the_session_breaks_the_page(open_page: Open, value: Any) -> None:
    keys = (
        "label",
        "smoothing",
        "surface",
        "choices",
        "train_images",
        "batch_size",
        "epochs",
        "pictures",
        "units",
        "decay",
        "dropout",
        "off",
        "share",
        "draws",
        "rotation",
        "thickness",
        "seed",
    )
    app = open_page(**{f"overfitting_{key}": value for key in keys})
    assert "Steps in an epoch: 938" in texts(app)
    app.button(key="overfitting_draw").click().run()
    assert not app.exception


@pytest.mark.parametrize(
    "config",
    [
        ModelConfig(filters=(), dense_units=1),
        ModelConfig(filters=(3, 2), dense_units=512, batch_norm=True, activation="tanh", pooling="average"),
    ],
    ids=["dense", "wide"],
)
def test_other_networks(open_page: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, config: ModelConfig) -> None:
    app = open_page(four())
    monkeypatch.chdir(tmp_path)
    choose_network(tmp_path, app, config)
    app.session_state["overfitting_off"] = [0, 511, 700]
    app.run()
    assert not app.exception
    assert not app.error
    off = 1 if config.dense_units == 1 else 2
    assert f"{off} unit" in texts(app)


def test_without_data_the_page_says_so_and_goes_on(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged() -> DataSet:
        raise DataError("The MNIST files are damaged.")

    monkeypatch.setattr("ui.learn.overfitting.batches.data_set", damaged)
    monkeypatch.setattr("ui.learn.overfitting.memorization.data_set", damaged)
    app = open_page()
    assert {error.value for error in app.error} == {"The MNIST files are damaged."}
    assert "All on: **4**" in texts(app)

"""The lesson on training and overfitting: its sections, its bad inputs, other networks, and its questions."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

import pytest
import torch
from streamlit.testing.v1 import AppTest

from model.data.datasets import DataError, DataSet
from model.recognizer import Recognizer
from tests.pages.conftest import four
from tests.pages.learn.helpers import (
    FORGED,
    OTHER_NETWORKS,
    Open,
    choose_network,
    reply,
    sent,
    set_state,
    texts,
)
from ui.learn.overfitting import gradient_noise, memorization
from ui.learn.overfitting.state import OverfittingState

PAGE, TITLE = "pages/learn/overfitting.py", "Training and overfitting"


@pytest.fixture(autouse=True, scope="module")
def no_other_results() -> Iterator[None]:
    """Results for the offline digits are kept for all tests of this file, and for no others."""
    caches = (gradient_noise._noise, memorization._task, memorization._learned)
    for cache in caches:
        cache.clear()
    yield
    for cache in caches:
        cache.clear()


@pytest.fixture(autouse=True)
def small_data(monkeypatch: pytest.MonkeyPatch, digits: DataSet) -> None:
    """The offline digits in place of MNIST."""
    monkeypatch.setattr("ui.shared.data_set.load_data", lambda: digits)


def units_off(app: AppTest) -> list[int]:
    """The hidden units that are switched off."""
    off: list[int] = sent(app, "overfitting_units_grid")["off"]
    return off


def test_every_section_uses_the_digit_of_the_student(open_page: Open, digits: DataSet) -> None:
    app = open_page(four())
    reading = Recognizer.load().read(four())
    assert reading.digit == 4
    told = texts(app)
    loss = -math.log(float(reading.probabilities[4]))
    found = re.search(r"L = -\\ln p_\{4\} = -\\ln (\S+) = \\mathbf\{(\S+)\}", told)
    assert found
    assert float(found[1]) == pytest.approx(float(reading.probabilities[4]), abs=1e-3)
    assert float(found[2]) == pytest.approx(loss, rel=1e-2)
    assert "only with a learning rate below **2**" in told
    assert re.search(r"reads \*\*100\.0%\*\* of the 100 pictures", told)
    assert "0 units are off" in told
    assert "All on: **4**" in told
    assert re.search(r"\*\*500\*\* random masks, .* \*\*\d+\*\* of them the answer is still 4", told)
    assert re.search(r"reads \d+ of 12 variations like your digit, as a \*\*4\*\*", told)
    assert f"{len(digits.train):,} training pictures and 60 random batches" in told
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


def test_steps_are_counted_as_training_takes_them(open_page: Open) -> None:
    app = open_page()
    assert "Steps in an epoch: 938. Steps in the whole training: **11,256**." in texts(app)
    assert r"\frac{60{,}000}{64} \right\rceil \times 12 = 938 \times 12 = \mathbf{11{,}256}" in texts(app)
    app.number_input(key="overfitting_train_images").set_value(1000).run()
    app.number_input(key="overfitting_batch_size").set_value(300).run()
    app.number_input(key="overfitting_epochs").set_value(5).run()
    assert "Steps in an epoch: 4. Steps in the whole training: **20**." in texts(app)


def test_a_single_picture_that_is_left_over_makes_no_step_of_its_own(open_page: Open) -> None:
    app = open_page()
    app.number_input(key="overfitting_train_images").set_value(129).run()
    app.number_input(key="overfitting_epochs").set_value(5).run()
    assert "Steps in an epoch: 2. Steps in the whole training: **10**. One picture is left over" in texts(app)
    assert r"\left\lfloor \frac{129}{64} \right\rfloor \times 5 = 2 \times 5" in texts(app)
    app.number_input(key="overfitting_train_images").set_value(130).run()
    assert "Steps in an epoch: 3." in texts(app)
    assert "left over" not in texts(app)


def test_no_batch_holds_most_of_the_pictures_that_it_is_compared_with(open_page: Open) -> None:
    found = re.search(r"with ([\d,]+) training pictures .* batches of (\d+) reach ([\d.]+)\.", texts(open_page()))
    assert found
    assert int(found[1].replace(",", "")) >= 2 * int(found[2])
    assert float(found[3]) < 1


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
    first = units_off(app)
    assert 16 <= len(first) <= 48
    assert f"{len(first)} units are off" in texts(app)
    app.button(key="overfitting_draw").click().run()
    assert units_off(app) != first
    app.select_slider(key="overfitting_share").set_value(0.9).run()
    fewer = int(re.search(r"\*\*(\d+)\*\* of them the answer is still 4", texts(app))[1])  # type: ignore[index]
    app.select_slider(key="overfitting_share").set_value(0.0).run()
    assert "**500** of them the answer is still 4." in texts(app)
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


def test_a_reply_is_marked_as_right_or_wrong_with_the_arithmetic(open_page: Open) -> None:
    app = open_page(four())
    shares = Recognizer.load().read(four()).probabilities
    second = int(shares.argsort()[-2])
    loss = -math.log(float(shares[second]))
    reply(app, "overfitting", "loss", f"{loss + 0.1:.2f}")
    assert app.success
    assert f"= {loss:.2f}" in texts(app)
    reply(app, "overfitting", "loss", f"{loss + 2:.2f}")
    assert not app.success
    assert app.warning[0].value.startswith("Not quite")
    reply(app, "overfitting", "loss", "much")
    assert "is not a number" in app.error[0].value

    reply(app, "overfitting", "rate", 2)  # at a rate of 1 the bowl is left in a single step
    assert "the right answer is At the lowest point" in app.warning[-1].value
    reply(app, "overfitting", "rate", 0)
    assert "with a loss of 0" in texts(app)
    reply(app, "overfitting", "pictures", 2)
    assert app.success[-1].value.startswith("Right: It shrinks")
    assert "3 of 3 answered" in texts(app) or "3 of 3 questions answered" in texts(app)


def test_the_question_follows_the_surface_and_its_answer_is_worked_out_anew(open_page: Open) -> None:
    app = open_page()
    reply(app, "overfitting", "rate", 0)
    assert app.success
    app.segmented_control(key="overfitting_surface").set_value("valley").run()
    assert not app.success  # it is another question now
    assert "A long valley" in texts(app)
    assert "below **0.667**" in texts(app)
    reply(app, "overfitting", "rate", 2)
    assert app.success
    assert "It diverged at step" in texts(app)


def test_a_forged_choice_is_ignored(open_page: Open) -> None:
    fields = ("train_images", "batch_size", "epochs")
    choices = ("label", "smoothing", "surface", "pictures", "units", "decay", "dropout", "share")
    sliders = ("rotation", "thickness")
    for value in FORGED:
        app = open_page(**{f"overfitting_{key}": value for key in (*fields, *choices, *sliders)})
        assert "Steps in an epoch: 938" in texts(app)
        app.button(key="overfitting_draw").click().run()
        assert not app.exception


@pytest.mark.usefixtures("other_networks")
def test_other_networks_have_other_units(open_page: Open) -> None:
    app = open_page(four())
    for name, config in OTHER_NETWORKS.items():
        set_state(app, OverfittingState(units_off={0, config.dense_units - 1, 700}))
        choose_network(app, name)
        assert not app.error
        assert units_off(app) == sorted({0, config.dense_units - 1})


def test_without_data_the_page_says_so_and_goes_on(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged() -> DataSet:
        raise DataError("The MNIST files are damaged.")

    monkeypatch.setattr("ui.shared.data_set.load_data", damaged)
    app = open_page()
    assert {error.value for error in app.error} == {"The MNIST files are damaged."}
    assert "All on: **4**" in texts(app)

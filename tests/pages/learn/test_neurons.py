"""Lesson 1: the neuron's numbers, the small network on the digit, one step of descent, and its questions."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator

import pytest
import torch
from streamlit.testing.v1 import AppTest

from model.data.datasets import DataSet
from model.theory.neurons.dense import Dense, train_dense
from tests.pages.conftest import four
from tests.pages.learn.helpers import FORGED, Open, formulas, reply, set_state, texts
from ui.learn.neurons import dense_network
from ui.learn.neurons.state import NeuronsState

PAGE, TITLE = "pages/learn/neurons.py", "Neurons and networks"


@pytest.fixture(autouse=True, scope="module")
def small_data(digits: DataSet) -> Iterator[None]:
    """The offline digits, which the tests have loaded already."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dense_network, "_digits", lambda: digits)
        yield


@pytest.fixture(scope="module")
def dense() -> Iterator[Dense]:
    """The network that the page shows, trained once for all tests of this file."""
    work = dense_network._trained(16)
    while work.result is None:
        work.step()
    yield work.result
    dense_network._trained.clear()
    dense_network.all_activations.clear()


def type_numbers(app: AppTest, **cells: str) -> None:
    for key, text in cells.items():
        app.text_input(key=f"neurons_{key}").set_value(text)
    app.run()
    assert not app.exception


def loss(app: AppTest) -> float:
    """The loss that the page shows."""
    (formula,) = [each for each in formulas(app) if each.startswith("L = ")]
    return float(formula.rpartition("=")[2])


def test_every_number_of_the_neuron_counts(open_page: Open, dense: Dense) -> None:
    app = open_page()
    type_numbers(
        app, numbers_0_0="2", numbers_0_1="0.5", numbers_1_0="-1", numbers_1_1="1/4", numbers_2_0="0", bias="1"
    )
    assert r"= 2 \cdot 0.5 + (-1) \cdot 0.25 + 0 \cdot (-0.6) + 1 = 1.75" in formulas(app)[0]
    app.segmented_control(key="neurons_inputs").set_value(4).run()
    assert "x_4 w_4" in formulas(app)[0]
    app.segmented_control(key="neurons_inputs").set_value(2).run()
    assert "x_3" not in formulas(app)[0]
    for name, value in {"sigmoid": 1 / (1 + math.exp(-1.75)), "tanh": math.tanh(1.75), "identity": 1.75}.items():
        app.segmented_control(key="neurons_activation").set_value(name).run()
        assert formulas(app)[1].endswith(f"f(1.75) = {value:.4g}")


def test_a_bad_number_gets_one_sentence_and_the_last_good_one_stays(open_page: Open, dense: Dense) -> None:
    app = open_page()
    before = formulas(app)[0]
    type_numbers(app, numbers_1_1="abc")
    assert len(app.error) == 1
    assert "not a number" in app.error[0].value
    assert formulas(app)[0] == before
    type_numbers(app, numbers_1_1="-1.2", bias="", rate="1/0", start="1e9")
    assert len(app.error) == 3
    assert formulas(app)[0] == before


def test_the_network_reads_the_digit_and_gives_its_own_accuracy(open_page: Open, dense: Dense) -> None:
    shown = texts(open_page(four()))
    assert f"It reads {100 * dense.accuracy:.1f}% of {dense.tested} new digits correctly" in shown
    assert "12{,}730" in shown
    assert "but with 784 inputs" in shown


def test_the_size_of_the_hidden_layer_can_be_changed(open_page: Open, dense: Dense) -> None:
    app = open_page()
    set_state(app, NeuronsState(unit=15))
    app.run()
    assert "**Hidden unit 16**" in texts(app)
    app.segmented_control(key="neurons_units").set_value(4).run()
    assert not app.exception
    assert "(784 + 1) \\cdot 4 + (4 + 1) \\cdot 10 = 3{,}140 + 50 = 3{,}190" in texts(app)
    assert "**Hidden unit 16**" not in texts(app)  # there is none any more


def test_steps_go_downhill_and_back_to_the_start(open_page: Open, dense: Dense) -> None:
    app = open_page(four())
    losses = [loss(app)]
    for _step in range(3):
        app.button(key="neurons_step").click().run()
        assert not app.exception
        losses.append(loss(app))
    assert losses == sorted(losses, reverse=True)
    assert losses[3] < losses[0]
    assert "| Steps |  | 3 |" in texts(app)
    app.button(key="neurons_back").click().run()
    assert loss(app) == losses[0]
    assert app.button(key="neurons_back").disabled
    app.button(key="neurons_step").click().run()
    app.selectbox(key="neurons_output").set_value(7).run()
    assert "| Steps |  | 0 |" in texts(app)  # another weight has taken none


def test_the_loss_of_the_digit_alone_depends_on_what_it_is_meant_to_be(open_page: Open, dense: Dense) -> None:
    app = open_page(four())
    app.segmented_control(key="neurons_source").set_value("digit").run()
    app.selectbox(key="neurons_target").set_value(4).run()
    right = loss(app)
    app.selectbox(key="neurons_target").set_value(1).run()
    assert right < loss(app)


def test_right_and_wrong_answers(open_page: Open, dense: Dense) -> None:
    app = open_page(four())
    assert texts(app).count("0 of 3 answered") == 7  # in the overview of all lessons
    reply(app, "neurons", "swapped", "0.5")  # 0.5 * 0.8 - 1 * 1.2 + 1 * 0.6 + 0.5 = 0.3
    assert "your answer is 0.5, but the right answer is 0.3" in app.warning[0].value
    reply(app, "neurons", "swapped", "0,30")
    reply(app, "neurons", "one_more", "795")
    assert [each.value for each in app.success] == ["Right: 0.3.", "Right: 795."]
    assert "784 + 1 + 10 = 795" in texts(app)
    type_numbers(app, rate="1000")
    reply(app, "neurons", "faster", "Larger")
    assert "Right: Larger." in [each.value for each in app.success]
    assert "3 of 3 answered" in texts(app)
    type_numbers(app, rate="0")
    reply(app, "neurons", "faster", "Smaller")
    assert "the right answer is Practically the same" in app.warning[0].value


def test_a_forged_choice_is_ignored(open_page: Open, dense: Dense) -> None:
    keys = ("inputs", "activation", "units", "source", "output", "target")
    for value in FORGED:
        app = open_page(four(), **{f"neurons_{key}": value for key in keys})
        assert app.segmented_control(key="neurons_inputs").value in (2, 3, 4)


def test_the_page_trains_a_network_that_is_not_there_yet(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    trained = []

    def once(units: int, data: DataSet) -> Generator[float, None, Dense]:
        trained.append(units)
        return (yield from train_dense(units, data))

    monkeypatch.setattr(dense_network, "train_dense", once)
    app = open_page(neurons_units=8)
    app.button(key="neurons_step").click().run()
    assert trained == [8]
    assert "**8 hidden units.**" in texts(app)


def test_steps_do_not_change_the_network_that_all_students_share(open_page: Open, dense: Dense) -> None:
    before = {name: tensor.clone() for name, tensor in dense.network.state_dict().items()}
    app = open_page(four())
    app.button(key="neurons_step").click().run()
    assert all(torch.equal(before[name], tensor) for name, tensor in dense.network.state_dict().items())
    assert not torch.is_inference_mode_enabled()

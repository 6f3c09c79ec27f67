"""Lesson 1: the neuron's numbers, the small network on the digit, one step of descent, and its questions."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterator

import pytest
import torch
from streamlit.testing.v1 import AppTest

import ui.learn.neurons.dense
from model.data.datasets import DataSet
from model.theory.neurons.dense import Dense, train_dense
from tests.pages.conftest import four

Open = Callable[..., AppTest]
PAGE = "pages/learn/neurons.py"


@pytest.fixture
def open_page(open_app: Open) -> Open:
    def run(*arguments: object, **state: object) -> AppTest:
        app = open_app(*arguments)
        for key, value in state.items():
            app.session_state[key] = value
        app.switch_page(PAGE).run()
        assert not app.exception
        assert app.title[0].value == "Neurons and networks"
        return app

    return run


@pytest.fixture(autouse=True, scope="module")
def small_data(digits: DataSet) -> Iterator[None]:
    """The offline digits, which the tests have loaded already."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ui.learn.neurons.dense._digits", lambda: digits)
        yield


@pytest.fixture(scope="module")
def dense() -> Iterator[Dense]:
    """The network that the page shows, by the page's own way; other tests find no trained one."""
    work = ui.learn.neurons.dense._trained(16)
    while work.result is None:
        work.step()
    yield work.result
    ui.learn.neurons.dense._trained.clear()
    ui.learn.neurons.dense.all_activations.clear()


def texts(app: AppTest) -> str:
    parts = [*app.markdown, *app.caption, *app.subheader, *app.latex, *app.success, *app.warning, *app.error]
    return "\n".join(str(part.value) for part in parts)


def formulas(app: AppTest) -> list[str]:
    return [latex.value.strip().strip("$").strip() for latex in app.latex]


def type_numbers(app: AppTest, **cells: str) -> None:
    for key, text in cells.items():
        app.text_input(key=f"neurons_{key}").set_value(text)
    app.run()
    assert not app.exception


def check(app: AppTest, key: str, reply: str) -> None:
    field = [each for each in (*app.text_input, *app.radio) if each.key == f"reply_neurons_{key}"]
    field[0].set_value(reply).run()
    app.button(key=f"check_neurons_{key}").click().run()
    assert not app.exception


def test_every_number_of_the_neuron_counts(open_page: Open, dense: Dense) -> None:
    app = open_page()
    type_numbers(
        app, numbers_0_0="2", numbers_0_1="0.5", numbers_1_0="-1", numbers_1_1="1/4", numbers_2_0="0", bias="1"
    )
    assert r"= 2 \cdot 0.5 + (-1) \cdot 0.25 + 0 \cdot (-0.6) + 1 = 1.75" in formulas(app)[0]
    app.segmented_control(key="neurons_inputs").set_value(2).run()
    assert "x_3" not in formulas(app)[0]
    app.segmented_control(key="neurons_inputs").set_value(4).run()
    assert "x_4 w_4" in formulas(app)[0]
    app.segmented_control(key="neurons_inputs").set_value(2).run()
    for name, value in {"sigmoid": 1 / (1 + math.exp(-1.75)), "tanh": math.tanh(1.75), "identity": 1.75}.items():
        app.segmented_control(key="neurons_activation").set_value(name).run()
        assert formulas(app)[1].endswith(f"f(1.75) = {value:.4g}")


@pytest.mark.parametrize(
    ("text", "told"), [("", "missing"), ("abc", "no number"), ("1e9", "too large"), ("1/0", "zero")]
)
def test_what_is_no_number_is_said_once_and_the_last_good_one_stands(
    open_page: Open, dense: Dense, text: str, told: str
) -> None:
    app = open_page()
    before = formulas(app)[0]
    type_numbers(app, numbers_1_1=text)
    assert len(app.error) == 1
    assert told in app.error[0].value
    assert formulas(app)[0] == before
    type_numbers(app, numbers_1_1="-1.2", bias=text, rate=text, start=text)
    assert len(app.error) == 3
    assert formulas(app)[0] == before


def test_the_network_reads_the_digit_and_is_honest_about_itself(open_page: Open, dense: Dense) -> None:
    app = open_page(four())
    told = texts(app)
    assert f"reads {100 * dense.accuracy:.1f}% rightly" in told
    assert "12{,}730" in told
    assert f"Of {dense.tested} digits" in told
    assert "from above with 784 inputs" in told


def test_the_size_of_the_hidden_layer_can_be_changed(open_page: Open, dense: Dense) -> None:
    app = open_page(neurons_unit=15)
    assert "**Hidden unit 16**" in texts(app)
    app.segmented_control(key="neurons_units").set_value(4).run()
    assert not app.exception
    assert "(784 + 1) \\cdot 4 + (4 + 1) \\cdot 10 = 3{,}140 + 50 = 3{,}190" in texts(app)
    assert "**Hidden unit 16**" not in texts(app)  # there is none any more


def test_steps_go_downhill_and_back_to_the_start(open_page: Open, dense: Dense) -> None:
    app = open_page(four())

    def loss() -> float:
        (formula,) = [each for each in formulas(app) if each.startswith("L = ")]
        return float(formula.rpartition("=")[2])

    losses = [loss()]
    for _step in range(3):
        app.button(key="neurons_step").click().run()
        assert not app.exception
        losses.append(loss())
    assert losses == sorted(losses, reverse=True)
    assert losses[3] < losses[0]
    assert "| Steps |  | 3 |" in texts(app)
    app.button(key="neurons_back").click().run()
    assert loss() == losses[0]
    assert app.button(key="neurons_back").disabled
    app.button(key="neurons_step").click().run()
    app.selectbox(key="neurons_output").set_value(7).run()
    assert "| Steps |  | 0 |" in texts(app)  # another weight has taken none


def test_the_loss_of_the_digit_alone_depends_on_what_it_is_meant_to_be(open_page: Open, dense: Dense) -> None:
    app = open_page(four())
    app.segmented_control(key="neurons_source").set_value("digit").run()
    app.selectbox(key="neurons_target").set_value(4).run()
    right = [each for each in formulas(app) if each.startswith(r"L = -\ln p")]
    app.selectbox(key="neurons_target").set_value(1).run()
    wrong = [each for each in formulas(app) if each.startswith(r"L = -\ln p")]
    assert right != wrong
    assert float(right[0].rpartition("=")[2]) < float(wrong[0].rpartition("=")[2])


def test_right_answers_are_right(open_page: Open, dense: Dense) -> None:
    app = open_page(four())
    check(app, "swapped", "0.5")  # 0.5 * 0.8 - 1 * 1.2 + 1 * 0.6 + 0.5 = 0.3
    assert "you said 0.5, it is 0.3" in app.warning[0].value
    check(app, "swapped", "0,30")
    check(app, "one_more", "795")
    assert [each.value for each in app.success] == ["Right: 0.3.", "Right: 795."]
    assert "784 + 1 + 10 = 795" in texts(app)
    type_numbers(app, rate="1000")
    check(app, "faster", "Larger")
    assert "Right: Larger." in [each.value for each in app.success]
    assert "3 of 3 answered" in texts(app)
    type_numbers(app, rate="0")
    check(app, "faster", "Smaller")
    assert "it is Practically the same" in app.warning[0].value


def test_the_overview_links_every_lesson(open_page: Open, dense: Dense) -> None:
    told = texts(open_page())
    assert told.count("0 of 3 answered") == 7


@pytest.mark.parametrize("value", [99, -1, None, "x", [1], 2.5, True, math.nan])
def test_a_forged_choice_is_ignored(open_page: Open, dense: Dense, value: object) -> None:
    keys = ("inputs", "activation", "units", "source", "unit", "output", "target", "trail")
    app = open_page(four(), **{f"neurons_{key}": value for key in keys})
    assert app.segmented_control(key="neurons_inputs").value in (2, 3, 4)
    app.segmented_control(key="neurons_source").set_value("digit").run()
    assert not app.exception


def test_the_page_trains_the_network_itself_where_nobody_has(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    trained = []

    def once(units: int, data: DataSet) -> Generator[float, None, Dense]:
        trained.append(units)
        return (yield from train_dense(units, data))

    monkeypatch.setattr("ui.learn.neurons.dense.train_dense", once)
    app = open_page(neurons_units=8)
    app.button(key="neurons_step").click().run()
    assert trained == [8]
    assert "**8 hidden units.**" in texts(app)
    ui.learn.neurons.dense._trained.clear()


def test_the_shared_network_is_left_alone(open_page: Open, dense: Dense) -> None:
    before = {name: tensor.clone() for name, tensor in dense.network.state_dict().items()}
    app = open_page(four())
    app.button(key="neurons_step").click().run()
    assert all(torch.equal(before[name], tensor) for name, tensor in dense.network.state_dict().items())
    assert not torch.is_inference_mode_enabled()

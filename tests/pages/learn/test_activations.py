"""Lesson 4: the functions on a map, the vanishing gradient, the dead ReLU, and the questions."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from streamlit.testing.v1 import AppTest

from model.inspection.activations import layer_outputs
from model.network.checkpoint import Checkpoint, save_checkpoint
from model.network.config import ModelConfig
from model.network.train_config import TrainConfig
from model.recognizer import Recognizer
from tests.networks import random_network
from tests.pages.conftest import four

Open = Callable[..., AppTest]
PAGE = "pages/learn/activations.py"


@pytest.fixture
def open_page(open_app: Open) -> Open:
    def run(*arguments: object, **state: object) -> AppTest:
        app = open_app(*arguments)
        for key, value in state.items():
            app.session_state[key] = value
        app.switch_page(PAGE).run()
        assert not app.exception
        assert app.title[0].value == "Activation functions"
        return app

    return run


def texts(app: AppTest) -> str:
    parts = [*app.markdown, *app.caption, *app.latex, *app.success, *app.warning, *app.info]
    return "\n".join(str(part.value) for part in parts)


def formulas(app: AppTest) -> list[str]:
    return [latex.value.strip().strip("$").strip() for latex in app.latex]


def check(app: AppTest, key: str, reply: str) -> None:
    field = [each for each in (*app.text_input, *app.radio) if each.key == f"reply_activations_{key}"]
    field[0].set_value(reply).run()
    app.button(key=f"check_activations_{key}").click().run()
    assert not app.exception


def a_map(number: int) -> torch.Tensor:
    """The map of the shipped network for the four, before its activation."""
    recognizer = Recognizer.load()
    image = torch.from_numpy(recognizer.read(four()).image)
    return layer_outputs(recognizer.network, image)["conv1"][number - 1]


def test_gradients_shrink_by_the_slope_in_each_layer(open_page: Open) -> None:
    app = open_page(four(), activations_z=0.0, activations_layers=3)
    assert formulas(app)[0] == "f'(0)^{3} = 0.25^{3} = 0.01562"
    app.slider(key="activations_layers").set_value(1).run()
    assert formulas(app)[0].endswith("= 0.25")
    app.segmented_control(key="activations_function").set_value("relu").run()
    app.slider(key="activations_z").set_value(-1.0).run()
    assert formulas(app)[0] == "f'(-1)^{1} = 0^{1} = 0"


def test_the_real_stack_has_other_weights_at_a_press(open_page: Open) -> None:
    app = open_page(four())
    seen = {formulas(app)[1]}
    app.button(key="activations_other").click().run()
    seen.add(formulas(app)[1])
    app.segmented_control(key="activations_weights").set_value("he").run()
    seen.add(formulas(app)[1])
    assert len(seen) == 3
    app.slider(key="activations_layers").set_value(2).run()
    assert "z_{9}" in formulas(app)[1]
    assert "a_{10}" in formulas(app)[1]


def test_the_chosen_filter_is_shown_and_dies_with_its_bias(open_page: Open) -> None:
    app = open_page(four())
    app.number_input(key="activations_filter").set_value(4).run()
    numbers = a_map(4)
    assert f"strongest shades are ±{float(numbers.abs().max()):.2f}" in texts(app)
    share = 100 * float((numbers > 0).float().mean())
    assert f"| ReLU | {share:.0f}% |" in texts(app)
    assert not app.warning
    app.slider(key="activations_shift").set_value(app.slider(key="activations_shift").min).run()
    assert "| ReLU | 0% | 0 |" in texts(app)
    assert "| Leaky\N{NO-BREAK SPACE}ReLU | 100% | 0.01 |" in texts(app)
    assert "dead" in app.warning[0].value


def test_the_silent_maps_are_counted(open_page: Open) -> None:
    app = open_page(four())
    image = torch.from_numpy(Recognizer.load().read(four()).image)
    outputs = layer_outputs(Recognizer.load().network, image)
    for layer, count in enumerate((32, 64, 64), start=1):
        silent = sum(not bool((channel > 0).any()) for channel in outputs[f"activation{layer}"])
        assert f"{silent} of {count} maps in layer {layer}" in texts(app)


def test_right_and_wrong_answers(open_page: Open) -> None:
    app = open_page(four(), activations_filter=4)
    check(app, "deeper", "Less than a thousandth")
    lowest = float(a_map(4).min())
    check(app, "leaked", f"{0.01 * lowest:.3f}")
    check(app, "lower", "It is dead")
    assert len(app.success) == 3
    check(app, "lower", "It still answers somewhere")
    assert "you said It still answers somewhere" in app.warning[0].value
    app.segmented_control(key="activations_function").set_value("relu").run()
    check(app, "deeper", "More than a tenth")
    assert "f'(2)^{15} = 1^{15} = 1" in texts(app)
    app.slider(key="activations_z").set_value(-2.0).run()
    check(app, "deeper", "Exactly nothing")
    app.slider(key="activations_shift").set_value(app.slider(key="activations_shift").max).run()
    check(app, "lower", "It still answers somewhere")
    assert len(app.success) == 3


def test_functions_can_be_chosen_and_none_means_the_usual_ones(open_page: Open) -> None:
    app = open_page(four())
    assert "Mish" not in texts(app)
    app.pills(key="activations_shown").set_value(["mish"]).run()
    assert "Mish: $" in texts(app)
    assert "GELU: $" not in texts(app)
    app.pills(key="activations_shown").set_value([]).run()
    assert "GELU: $" in texts(app)


ODD = {
    "one": ModelConfig(filters=(1,), kernel_size=9, activation="tanh", pooling="none", dense_units=1),
    "wide": ModelConfig(filters=(128, 2, 128, 1), dense_units=4, activation="sigmoid"),
    "soft": ModelConfig(filters=(5, 7), kernel_size=(1, 4), pooling="average", batch_norm=True, activation="mish"),
    "dense": ModelConfig(filters=(), dense_units=13),
}


def test_every_network_fits(open_page: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("ui.shared.network_choice.CHECKPOINTS", tmp_path)
    for name, config in ODD.items():
        checkpoint = Checkpoint(config, TrainConfig(), random_network(config).state_dict(), "digits")
        save_checkpoint(checkpoint, tmp_path / f"{name}.safetensors")
    app = open_page(four(), activations_filter=32)
    for name, config in ODD.items():
        app.selectbox(key="network").select(name).run()
        assert not app.exception
        assert bool(app.info) == (not config.filters)
        assert "**On paper.**" in texts(app)
    assert "13 hidden units stand in" in app.info[0].value
    assert not app.number_input


@pytest.mark.parametrize("value", [99, 0, -3, None, "x", [1], 2.5, True, math.nan, math.inf])
def test_a_forged_choice_is_ignored(open_page: Open, value: object) -> None:
    keys = ("shown", "filter", "shift", "function", "layers", "z", "weights", "seed")
    app = open_page(four(), **{f"activations_{key}": value for key in keys})
    assert 1 <= app.slider(key="activations_layers").value <= 10
    assert -4 <= app.slider(key="activations_z").value <= 4

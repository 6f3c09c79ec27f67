"""Lesson 4: the functions on a map, the vanishing gradient, the dead ReLU, and the questions."""

from __future__ import annotations

import pytest
import torch

from model.inspection.activations import layer_outputs
from model.recognizer import Recognizer
from tests.pages.conftest import four
from tests.pages.learn.helpers import FORGED, OTHER_NETWORKS, Open, choose_network, formulas, reply, texts

PAGE, TITLE = "pages/learn/activations.py", "Activation functions"


def map_before_activation(number: int) -> torch.Tensor:
    """A map of the shipped network for the four."""
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


def test_the_stack_gets_other_weights_at_a_press(open_page: Open) -> None:
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


def test_the_chosen_filter_is_shown_and_a_low_bias_makes_it_dead(open_page: Open) -> None:
    app = open_page(four())
    app.number_input(key="activations_filter").set_value(4).run()
    numbers = map_before_activation(4)
    assert f"strongest shades are ±{float(numbers.abs().max()):.2f}" in texts(app)
    share = 100 * float((numbers > 0).float().mean())
    assert f"| ReLU | {share:.0f}% |" in texts(app)
    assert not app.warning
    app.slider(key="activations_shift").set_value(app.slider(key="activations_shift").min).run()
    assert "| ReLU | 0% | 0 |" in texts(app)
    assert "| Leaky\N{NO-BREAK SPACE}ReLU | 100% | 0.01 |" in texts(app)
    assert "dead" in app.warning[0].value


def test_maps_of_zeros_are_counted(open_page: Open) -> None:
    app = open_page(four())
    image = torch.from_numpy(Recognizer.load().read(four()).image)
    outputs = layer_outputs(Recognizer.load().network, image)
    for layer, count in enumerate((32, 64, 64), start=1):
        zero = sum(not bool((channel > 0).any()) for channel in outputs[f"activation{layer}"])
        assert f"{zero} of {count} maps in layer {layer}" in texts(app)


def test_right_and_wrong_answers(open_page: Open) -> None:
    app = open_page(four(), activations_filter=4)
    reply(app, "activations", "deeper", "Less than a thousandth")
    lowest = float(map_before_activation(4).min())
    reply(app, "activations", "leaked", f"{0.01 * lowest:.3f}")
    reply(app, "activations", "lower", "It is dead")
    assert len(app.success) == 3
    reply(app, "activations", "lower", "Some outputs are still above zero")
    assert "your answer is Some outputs are still above zero" in app.warning[0].value
    app.segmented_control(key="activations_function").set_value("relu").run()
    reply(app, "activations", "deeper", "More than a tenth")
    assert "f'(2)^{15} = 1^{15} = 1" in texts(app)
    app.slider(key="activations_z").set_value(-2.0).run()
    reply(app, "activations", "deeper", "Exactly nothing")
    app.slider(key="activations_shift").set_value(app.slider(key="activations_shift").max).run()
    reply(app, "activations", "lower", "Some outputs are still above zero")
    assert len(app.success) == 3


def test_functions_can_be_chosen_and_none_means_the_usual_ones(open_page: Open) -> None:
    app = open_page(four())
    assert "Mish" not in texts(app)
    app.pills(key="activations_shown").set_value(["mish"]).run()
    assert "Mish: $" in texts(app)
    assert "GELU: $" not in texts(app)
    app.pills(key="activations_shown").set_value([]).run()
    assert "GELU: $" in texts(app)


@pytest.mark.usefixtures("other_networks")
def test_every_network_fits(open_page: Open) -> None:
    app = open_page(four(), activations_filter=32)
    for name, config in OTHER_NETWORKS.items():
        choose_network(app, name)
        assert bool(app.info) == (not config.filters)
        assert "**On paper.**" in texts(app)
    choose_network(app, "dense")
    assert "sums of its 13 hidden units" in app.info[0].value
    assert not app.number_input


def test_a_forged_choice_is_ignored(open_page: Open) -> None:
    keys = ("shown", "filter", "shift", "function", "layers", "z", "weights")
    for value in FORGED:
        app = open_page(four(), **{f"activations_{key}": value for key in keys})
        assert 1 <= app.slider(key="activations_layers").value <= 10
        assert -4 <= app.slider(key="activations_z").value <= 4

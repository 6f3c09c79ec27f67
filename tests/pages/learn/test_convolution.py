"""The lesson on convolution: what it shows for every setting, bad input, its questions, and other networks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest
from torch.nn import functional as F

from model.network.layers import convolution_parameters
from model.recognizer import Recognizer
from model.theory.convolution.curves import convolve, curve
from model.theory.convolution.kernels import KERNELS, kernel
from tests.networks import random_network
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

PAGE, TITLE = "pages/learn/convolution.py", "Convolution"
GRID = "convolution_grid_3"


def cell(app: AppTest, row: int, column: int) -> Any:
    return app.text_input(key=f"{GRID}_{row}_{column}")


def typed(app: AppTest, values: Any) -> None:
    for (row, column), value in np.ndenumerate(values):
        cell(app, row, column).set_value(str(value))
    app.run()
    assert not app.exception


def output(app: AppTest) -> np.ndarray:
    data = sent(app, "convolution_kernel_view")
    return numbers(data["output"]).reshape(data["places"])


def expected(app: AppTest, weights: np.ndarray, **options: int) -> np.ndarray:
    data = sent(app, "convolution_kernel_view")
    picture = torch.from_numpy(numbers(data["picture"]).reshape(1, 1, 28, 28).astype(np.float64))
    return F.conv2d(picture, torch.from_numpy(weights.copy())[None, None], **options)[0, 0].numpy()


def test_everything_is_there_with_an_example_and_with_a_drawing(open_page: Open) -> None:
    example, own = open_page(), open_page(four(120))
    for app in (example, own):
        assert not app.error
        assert len(app.subheader) == 5
        assert r"\frac{28 + 2 \cdot 0 - 3}{1} \right\rfloor + 1 = 26" in texts(app)
    assert "This is an example" in texts(example)
    assert "This is an example" not in texts(own)
    read = Recognizer.load().read(four(120)).image
    np.testing.assert_allclose(numbers(sent(own, "convolution_kernel_view")["picture"]), read.ravel(), atol=1e-6)


def test_the_curves_and_their_convolution_are_numpys(open_page: Open) -> None:
    app = open_page()
    app.selectbox(key="convolution_f").select("sine")
    app.selectbox(key="convolution_g").select("spikes").run()
    data = sent(app, "convolution_curves")
    np.testing.assert_allclose(numbers(data["f"]), curve("sine"), atol=1e-6)
    np.testing.assert_allclose(numbers(data["product"]), convolve(curve("sine"), curve("spikes")), atol=1e-6)
    assert data["names"] == ["One sine wave", "Two spikes"]


def test_stride_padding_and_flip_are_torchs(open_page: Open) -> None:
    app = open_page(four())
    weights = np.array([[1.0, 2, 0], [0, -1, 0], [0, 0.5, 3]])
    typed(app, weights)
    np.testing.assert_allclose(output(app), expected(app, weights), atol=1e-5)
    app.segmented_control(key="convolution_stride").set_value(3)
    app.segmented_control(key="convolution_padding").set_value(2).run()
    np.testing.assert_allclose(output(app), expected(app, weights, stride=3, padding=2), atol=1e-5)
    assert output(app).shape == (10, 10)
    assert r"\frac{28 + 2 \cdot 2 - 3}{3} \right\rfloor + 1 = 10" in texts(app)
    app.segmented_control(key="convolution_flipped").set_value(True).run()
    turned = weights[::-1, ::-1]
    np.testing.assert_allclose(numbers(sent(app, "convolution_kernel_view")["kernel"]), turned.ravel())
    np.testing.assert_allclose(output(app), expected(app, turned, stride=3, padding=2), atol=1e-5)
    assert float(cell(app, 0, 0).value) == 1  # what was typed stays as it is


def test_ready_made_kernels_fill_the_grid_and_come_along_to_another_size(open_page: Open) -> None:
    app = open_page()
    assert app.pills(key="convolution_preset").value == "vertical"
    for name in KERNELS:
        app.pills(key="convolution_preset").set_value(name).run()
        assert not app.exception
        np.testing.assert_allclose(output(app), expected(app, kernel(name, 3)), atol=1e-5)
        assert app.pills(key="convolution_preset").value == name
    app.pills(key="convolution_preset").set_value("mean").run()
    app.segmented_control(key="convolution_size").set_value(5).run()
    np.testing.assert_allclose(output(app), expected(app, kernel("mean", 5)), atol=1e-5)  # 1/25, not 0.04 as shown
    app.text_input(key="convolution_grid_5_0_0").set_value("7").run()
    assert app.pills(key="convolution_preset").value is None  # it is one of the student's own now
    app.segmented_control(key="convolution_size").set_value(3).run()
    np.testing.assert_allclose(output(app), expected(app, kernel("mean", 3)), atol=1e-5)
    app.segmented_control(key="convolution_size").set_value(5).run()
    assert app.text_input(key="convolution_grid_5_0_0").value == "7"


SUMS = {
    "8": "add up to 0. Where all pixels under it are equal, the output is 0",
    "9": "add up to 1. Flat areas keep their value: where all pixels under it are 0.5, the output is 0.5.",
    "8.5": "add up to 0.5. Flat areas get weaker: where all pixels under it are 0.5, the output is 0.25.",
    "11": "add up to 3. Flat areas get stronger: where all pixels under it are 0.5, the output is 1.5.",
    "6": "add up to -2. Flat areas change their sign: where all pixels under it are 0.5, the output is -1.",
}


def test_the_sum_says_what_happens_to_flat_areas(open_page: Open) -> None:
    app = open_page()
    typed(app, np.full((3, 3), -1))
    for middle, told in SUMS.items():
        cell(app, 1, 1).set_value(middle).run()
        assert told in texts(app)


BAD = {"": "is missing", "abc": "“abc” is not a number", "1e9": "“1e9” is too large", "1/0": "divides by zero"}


def test_a_bad_cell_is_explained_once_and_the_last_good_number_stands(open_page: Open) -> None:
    app = open_page()
    cell(app, 1, 2).set_value("0.25").run()
    before = output(app)
    for text, told in BAD.items():
        cell(app, 1, 2).set_value(text).run()
        assert not app.exception
        (error,) = app.error
        assert "Row 2, column 3" in error.value
        assert told in error.value.replace("\\", "")
        np.testing.assert_array_equal(output(app), before)
    cell(app, 1, 2).set_value("2").run()
    assert not app.error
    assert not np.array_equal(output(app), before)


def test_kernels_of_zeros_and_of_the_largest_numbers_work(open_page: Open) -> None:
    app = open_page(four())
    typed(app, np.zeros((3, 3)))
    assert not output(app).any()
    reply(app, "convolution", "flip", "The same output")
    assert app.success
    typed(app, np.full((3, 3), 1000))
    assert "add up to 9,000" in texts(app)
    assert output(app).max() > 1000


def test_the_number_of_columns_follows_from_the_settings_above(open_page: Open) -> None:
    app = open_page()
    app.segmented_control(key="convolution_padding").set_value(3)
    app.segmented_control(key="convolution_stride").set_value(2).run()
    columns = expected(app, kernel("vertical", 3), stride=3, padding=3).shape[1]
    reply(app, "convolution", "columns", str(columns + 1))
    assert f"your answer is {columns + 1}, but the right answer is {columns}." in app.warning[0].value
    assert rf"\frac{{28 + 2 \cdot 3 - 3}}{{3}} \right\rfloor + 1 = {columns}" in texts(app)
    reply(app, "convolution", "columns", str(columns))
    assert app.success[0].value == f"Right: {columns}."
    app.segmented_control(key="convolution_padding").set_value(0).run()
    assert not app.success  # another question now
    reply(app, "convolution", "columns", "many")
    assert "is not a number" in app.error[0].value


@pytest.mark.parametrize(
    ("name", "right", "told"),
    [
        ("laplacian", "The same output", "each number equals the number at the opposite place"),
        ("falling", "The same output with all signs changed", "so does every sum"),
        ("emboss", "Another output", "neither the same nor its negative"),
    ],
)
def test_what_flipping_does_is_worked_out_from_the_kernel(open_page: Open, name: str, right: str, told: str) -> None:
    app = open_page()
    app.pills(key="convolution_preset").set_value(name).run()
    plain = output(app)
    wrong = next(choice for choice in choices(app, "convolution", "flip") if choice != right)
    reply(app, "convolution", "flip", wrong)
    assert f"the right answer is {right}." in app.warning[0].value
    reply(app, "convolution", "flip", right)
    assert app.success[0].value == f"Right: {right}."
    assert told in texts(app)
    app.segmented_control(key="convolution_flipped").set_value(True).run()
    turned = output(app)
    assert np.allclose(turned, plain, atol=1e-5) == (name == "laplacian")
    assert np.allclose(turned, -plain, atol=1e-5) == (name == "falling")


def test_parameters_are_counted_with_kernels_and_biases(open_page: Open) -> None:
    app = open_page()
    for count_in, count_out, size in [(1, 1, 1), (32, 64, 5), (128, 128, 7)]:
        app.number_input(key="convolution_channels_in").set_value(count_in)
        app.number_input(key="convolution_channels_out").set_value(count_out)
        app.segmented_control(key="convolution_layer_size").set_value(size).run()
        assert not app.exception
        count = f"{convolution_parameters(count_in, size, count_out):,}".replace(",", "{,}")
        assert rf"({size} \cdot {size} \cdot {count_in} + 1) \cdot {count_out} = {count}" in texts(app)
        data = sent(app, "convolution_sums")
        assert data["channels"] == [count_in, count_out]
        assert data["shape"] == [min(count_in, 4), 28, 28]
        assert (data["others"] is None) == (count_in <= 4)


def test_twice_the_output_channels_are_twice_the_parameters(open_page: Open) -> None:
    app = open_page()
    for count_in, size in [(3, 3), (128, 7)]:
        app.number_input(key="convolution_channels_in").set_value(count_in)
        app.segmented_control(key="convolution_layer_size").set_value(size).run()
        assert not app.success  # the answer to other settings
        right = 2 * convolution_parameters(count_in, size, 2)  # two output channels at first
        reply(app, "convolution", "parameters", str(right - 4))  # without the biases
        assert f"the right answer is {right:,}." in app.warning[0].value
        reply(app, "convolution", "parameters", f"{right:,}")
        assert app.success[0].value == f"Right: {right:,}."
        assert f"\\cdot 4 = {right:,}".replace(",", "{,}") in texts(app)


@pytest.mark.usefixtures("other_networks")
def test_the_learned_kernel_is_that_of_the_chosen_network(open_page: Open) -> None:
    app = open_page(four())
    app.segmented_control(key="convolution_learned_layer").set_value(3).run()
    app.number_input(key="convolution_learned_filter").set_value(64).run()
    app.number_input(key="convolution_learned_source").set_value(64).run()
    assert "Filter 64 has 64 kernels, one for each map of layer 2" in texts(app)
    assert r"(3 \cdot 3 \cdot 64 + 1) \cdot 64 = 36{,}928" in texts(app)
    image = torch.from_numpy(Recognizer.load().read(four()).image.copy())
    for name, config in OTHER_NETWORKS.items():
        choose_network(app, name)
        assert not app.error
        assert f"The network is **{name}**" in texts(app)
        if not config.filters:
            assert "no convolutions" in app.info[0].value
            assert not [each for each in app.number_input if each.key == "convolution_learned_filter"]
            continue
        layers = range(1, len(config.filters) + 1)
        for layer in layers:
            if len(layers) > 1:
                app.segmented_control(key="convolution_learned_layer").set_value(layer).run()
            count = config.filters[layer - 1]
            app.number_input(key="convolution_learned_filter").set_value(count).run()
            assert not app.exception
            data = sent(app, "convolution_learned_view")
            with torch.inference_mode():
                stages = dict(random_network(config).named_outputs(image[None, None]))
            truth = stages[f"norm{layer}" if config.batch_norm else f"conv{layer}"][0, count - 1]
            np.testing.assert_allclose(numbers(data["output"]), truth.flatten(), atol=1e-4)
            assert ("already contain the batch normalization" in texts(app)) == config.batch_norm
    choose_network(app, "Shipped network")
    assert not app.info


def test_choices_survive_a_visit_to_another_page(open_page: Open) -> None:
    app = open_page()
    app.selectbox(key="convolution_g").select("triangle")
    app.segmented_control(key="convolution_stride").set_value(2)
    app.segmented_control(key="convolution_size").set_value(5)
    app.number_input(key="convolution_channels_out").set_value(9).run()
    app.text_input(key="convolution_grid_5_4_4").set_value("1/3").run()
    app.switch_page("pages/inside/network.py").run()
    app.switch_page(PAGE).run()
    assert not app.exception
    assert app.selectbox(key="convolution_g").value == "triangle"
    assert app.segmented_control(key="convolution_stride").value == 2
    assert app.segmented_control(key="convolution_size").value == 5
    assert app.number_input(key="convolution_channels_out").value == 9
    assert app.text_input(key="convolution_grid_5_4_4").value == "1/3"


def test_a_forged_choice_is_ignored(open_page: Open) -> None:
    keys = ("f", "g", "size", "preset", "stride", "padding", "flipped", "channels_in", "channels_out", "layer_size")
    learned = ("learned_layer", "learned_filter", "learned_source")
    for value in FORGED:
        app = open_page(four(), **{f"convolution_{key}": value for key in (*keys, *learned)})
        assert not app.error

"""The lesson on convolution: what it tells for every setting, bad input, its questions, and other networks."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest
from torch.nn import functional as F

from model.network.checkpoint import Checkpoint, save_checkpoint
from model.network.config import ModelConfig
from model.network.layers import convolution_parameters
from model.network.train_config import TrainConfig
from model.recognizer import Recognizer
from model.theory.convolution.curves import convolve, curve
from model.theory.convolution.kernels import KERNELS, kernel
from tests.networks import random_network
from tests.pages.conftest import four

Open = Callable[..., AppTest]
PAGE = "pages/learn/convolution.py"
GRID = "convolution_grid_3"


@pytest.fixture
def open_page(open_app: Open) -> Open:
    def run(*arguments: object) -> AppTest:
        app = open_app(*arguments)
        app.switch_page(PAGE).run()
        assert not app.exception
        assert app.title[0].value == "Convolution"
        return app

    return run


def texts(app: AppTest) -> str:
    """Everything that is written on the page."""
    return "\n".join(str(each.value) for each in (*app.markdown, *app.caption, *app.subheader, *app.latex))


def sent(app: AppTest, key: str) -> dict[str, Any]:
    """What the browser gets for a component."""
    (found,) = [part for part in app.get("bidi_component") if part.proto.id.endswith(f"-{key}")]
    data: dict[str, Any] = json.loads(found.proto.json)
    return data


def numbers(packed: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(packed), "<f4")


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
    assert "An example, until you draw" in texts(example)
    assert "An example, until you draw" not in texts(own)
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
    "8": "add up to 0. Wherever all pixels under it are equal, the output is 0",
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


BAD = {"": "is missing", "abc": "“abc” is no number", "1e9": "“1e9” is too large", "1/0": "divides by zero"}


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
    answer(app, "flip", "The same output", choice=True)
    assert app.success
    typed(app, np.full((3, 3), 1000))
    assert "add up to 9,000" in texts(app)
    assert output(app).max() > 1000


def answer(app: AppTest, question: str, reply: str, *, choice: bool) -> None:
    field = (app.radio if choice else app.text_input)(key=f"reply_convolution_{question}")
    field.set_value(reply).run()
    app.button(key=f"check_convolution_{question}").click().run()
    assert not app.exception


def test_the_number_of_columns_follows_from_the_settings_above(open_page: Open) -> None:
    app = open_page()
    app.segmented_control(key="convolution_padding").set_value(3)
    app.segmented_control(key="convolution_stride").set_value(2).run()
    columns = expected(app, kernel("vertical", 3), stride=3, padding=3).shape[1]
    answer(app, "columns", str(columns + 1), choice=False)
    assert f"you said {columns + 1}, it is {columns}." in app.warning[0].value
    assert rf"\frac{{28 + 2 \cdot 3 - 3}}{{3}} \right\rfloor + 1 = {columns}" in texts(app)
    answer(app, "columns", str(columns), choice=False)
    assert app.success[0].value == f"Right: {columns}."
    app.segmented_control(key="convolution_padding").set_value(0).run()
    assert not app.success  # another question now
    answer(app, "columns", "many", choice=False)
    assert "is no number" in app.error[0].value


@pytest.mark.parametrize(
    ("name", "right", "told"),
    [
        ("laplacian", "The same output", "each number is that of the opposite place"),
        ("falling", "The same output with all signs changed", "so does every sum"),
        ("emboss", "Another output", "neither itself nor its negative"),
    ],
)
def test_what_flipping_does_is_worked_out_from_the_kernel(open_page: Open, name: str, right: str, told: str) -> None:
    app = open_page()
    app.pills(key="convolution_preset").set_value(name).run()
    plain = output(app)
    choices = app.radio(key="reply_convolution_flip").options
    wrong = next(choice for choice in choices if choice != right)
    answer(app, "flip", wrong, choice=True)
    assert f"it is {right}." in app.warning[0].value
    answer(app, "flip", right, choice=True)
    assert app.success[0].value == f"Right: {right}."
    assert told in texts(app)
    app.segmented_control(key="convolution_flipped").set_value(True).run()
    turned = output(app)
    assert np.allclose(turned, plain, atol=1e-5) == (name == "laplacian")
    assert np.allclose(turned, -plain, atol=1e-5) == (name == "falling")


def test_parameters_are_counted_with_kernels_and_biases(open_page: Open) -> None:
    app = open_page()
    for count_in, count_out, size in [(3, 2, 3), (1, 1, 1), (32, 64, 5), (128, 128, 7)]:
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
    for count_in, size in [(3, 3), (1, 1), (128, 7)]:
        app.number_input(key="convolution_channels_in").set_value(count_in)
        app.segmented_control(key="convolution_layer_size").set_value(size).run()
        assert not app.success  # the answer to other settings
        right = 2 * convolution_parameters(count_in, size, 2)  # two output channels at first
        answer(app, "parameters", str(right - 4), choice=False)  # without the biases
        assert f"it is {right:,}." in app.warning[0].value
        answer(app, "parameters", f"{right:,}", choice=False)
        assert app.success[0].value == f"Right: {right:,}."
        assert f"\\cdot 4 = {right:,}".replace(",", "{,}") in texts(app)


ODD = {
    "one": ModelConfig(filters=(1,), kernel_size=9, activation="tanh", pooling="none", dense_units=1),
    "wide": ModelConfig(filters=(128, 2, 128, 1), dense_units=4, activation="sigmoid"),
    "soft": ModelConfig(filters=(5, 7), kernel_size=(1, 4), pooling="average", batch_norm=True, dropout=0.5),
    "dense": ModelConfig(filters=(), dense_units=5),
}


def test_the_learned_kernel_is_that_of_whichever_network_is_chosen(
    open_page: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("ui.shared.network_choice.CHECKPOINTS", tmp_path)
    networks = {name: random_network(config) for name, config in ODD.items()}
    for name, config in ODD.items():
        checkpoint = Checkpoint(config, TrainConfig(), networks[name].state_dict(), "digits")
        save_checkpoint(checkpoint, tmp_path / f"{name}.safetensors")
    app = open_page(four())
    app.segmented_control(key="convolution_learned_layer").set_value(3).run()
    app.number_input(key="convolution_learned_filter").set_value(64).run()
    app.number_input(key="convolution_learned_source").set_value(64).run()
    assert "Filter 64 has 64 kernels, one for each map of layer 2" in texts(app)
    assert r"(3 \cdot 3 \cdot 64 + 1) \cdot 64 = 36{,}928" in texts(app)
    image = torch.from_numpy(Recognizer.load().read(four()).image.copy())
    for name, config in ODD.items():
        app.selectbox(key="network").select(name).run()
        assert not app.exception
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
                stages = dict(networks[name].stages(image[None, None]))
            truth = stages[f"norm{layer}" if config.batch_norm else f"conv{layer}"][0, count - 1]
            np.testing.assert_allclose(numbers(data["output"]), truth.flatten(), atol=1e-4)
            assert ("Batch normalisation is folded" in texts(app)) == config.batch_norm
    app.selectbox(key="network").select("Shipped network").run()
    assert not app.exception
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


@pytest.mark.parametrize("value", [99, -3, None, "x", [1], 2.5])
def test_a_forged_choice_is_ignored(open_app: Open, value: object) -> None:
    app = open_app(four())
    for key in (
        "f",
        "g",
        "size",
        "preset",
        "stride",
        "padding",
        "flipped",
        "channels_in",
        "channels_out",
        "layer_size",
    ):
        app.session_state[f"convolution_{key}"] = value
    for key in ("layer", "filter", "source"):
        app.session_state[f"convolution_learned_{key}"] = value
    app.switch_page(PAGE).run()
    assert not app.exception
    assert not app.error

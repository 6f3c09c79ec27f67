"""The network in the browser gives PyTorch's numbers, and explains each of them."""

from __future__ import annotations

import base64
import itertools
import zlib
from collections.abc import Iterator
from typing import Any, get_args

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page

from model.data.painting import render_strokes
from model.data.preprocess import Steps, preprocess
from model.data.strokes import Drawing, place_strokes
from model.network.activations import Activation
from model.network.checkpoint import Checkpoint
from model.network.cnn import DigitCNN
from model.network.config import ModelConfig, Pooling
from model.network.train_config import TrainConfig
from model.recognizer import Recognizer
from tests.conftest import ROOT, model_configs
from ui.components.engine import pack
from ui.shared.formatting import percent

SCRIPTS = ("shared/text", "engine/preprocess", "engine/network", "engine/arithmetic")
SUM_TOLERANCE = 1e-4
LOGIT_TOLERANCE = 1e-3

# What every test needs: the scripts as the component has them, and arrays from text.
PRELUDE = """
const numbers = (text) => new Float32Array(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer)
const load = (text) => { globalThis.network = new Network(Uint8Array.from(atob(text), (c) => c.charCodeAt(0))) }
const parts = (place) => {
  const { layer, ...told } = explain(network, ...place) // without the layer, which is the whole network
  told.terms &&= told.terms.map(({ channel, sum }) => ({ channel, sum }))
  return { ...told, kind: layer.kind, kernel: layer.kernel }
}
const products = ([place, channel]) => channelProducts(explain(network, ...place), channel)
Object.assign(globalThis, { numbers, load, parts, products, receptiveField, strongestPath, preprocess, percent })
"""


@pytest.fixture(scope="module")
def engine(browser: Browser) -> Iterator[Page]:
    """An empty page with the engine's scripts, no app."""
    page = browser.new_page()
    folder = ROOT / "ui" / "components"
    page.add_script_tag(content="\n".join([*((folder / f"{name}.js").read_text() for name in SCRIPTS), PRELUDE]))
    yield page
    page.close()


def random_recognizer(config: ModelConfig, seed: int) -> Recognizer:
    """Random weights, and for batch norm a past: means, variances, scales and offsets that are not its first ones."""
    generator = torch.Generator().manual_seed(seed)
    network = DigitCNN(config, generator)
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            assert module.running_mean is not None and module.running_var is not None
            module.running_mean.normal_(0, 0.5, generator=generator)
            module.running_var.uniform_(0.2, 2, generator=generator)
            torch.nn.init.uniform_(module.weight, 0.5, 1.5, generator=generator)
            torch.nn.init.normal_(module.bias, 0, 0.5, generator=generator)
    weights = {name: tensor.detach().clone() for name, tensor in network.state_dict().items()}
    return Recognizer(Checkpoint(config, TrainConfig(), weights, "mnist"))


def text(array: np.ndarray) -> str:
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()


def give(engine: Page, recognizer: Recognizer, image: np.ndarray) -> dict[str, torch.Tensor]:
    """Both sides compute this picture; returns PyTorch's outputs by layer, without the batch."""
    engine.evaluate("load", base64.b64encode(pack(recognizer.fingerprint, recognizer)).decode())
    engine.evaluate("text => { network.forward(numbers(text)) }", text(image))
    with torch.inference_mode():
        stages = dict(recognizer.network.stages(torch.from_numpy(image)[None, None]))
    return {"input": torch.from_numpy(image)[None]} | {name: output[0] for name, output in stages.items()}


def random_image(seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return (rng.random((28, 28)) * (rng.random((28, 28)) > 0.5)).astype(np.float32)


ONE_OF_EACH = [
    *(ModelConfig(filters=(3, 4), dense_units=5, activation=name) for name in get_args(Activation)),
    *(ModelConfig(filters=(3, 4), dense_units=5, pooling=name, batch_norm=True) for name in get_args(Pooling)),
    ModelConfig(filters=(128,), kernel_size=5, pooling="average", activation="tanh", dense_units=8),
    ModelConfig(filters=(2, 3, 4, 5), kernel_size=(1, 2, 4, 3), dropout=0.5, dense_units=7),
    ModelConfig(filters=(4, 4), kernel_size=9, dense_units=6),
    ModelConfig(filters=(), dense_units=9),
    ModelConfig(filters=(), dense_units=5, dropout=0.5, activation="gelu"),
    ModelConfig(),
]


def name_of(config: ModelConfig) -> str:
    kernels = "".join(map(str, config.kernel_size))
    return f"{config.filters}-{kernels}-{config.activation}-{config.pooling}{'-norm' * config.batch_norm}"


@pytest.mark.parametrize("config", ONE_OF_EACH, ids=name_of)
def test_every_number_of_every_layer_is_pytorchs(engine: Page, config: ModelConfig) -> None:
    recognizer = random_recognizer(config, seed=1)
    for seed in range(3):
        expected = give(engine, recognizer, random_image(seed))
        found = engine.evaluate("network.layers.map(({ name, values }) => [name, Array.from(values)])")
        assert [name for name, _ in found] == list(expected)
        for name, values in found:
            assert np.allclose(values, expected[name].flatten().numpy(), atol=SUM_TOLERANCE), name
        shares = engine.evaluate("Array.from(network.probabilities)")
        assert np.allclose(shares, expected["output"].softmax(0).numpy(), atol=1e-5)


@pytest.mark.parametrize("config", ONE_OF_EACH, ids=name_of)
def test_the_parts_shown_add_up_to_pytorchs_number(engine: Page, config: ModelConfig) -> None:
    recognizer = random_recognizer(config, seed=2)
    expected = give(engine, recognizer, random_image(7))
    rng = np.random.default_rng(0)
    for index, (name, output) in enumerate(expected.items()):
        if name == "input" or name.endswith("dropout") or name == "flatten":
            continue
        channels, height, width = (*output.shape, 1, 1)[:3]
        for _ in range(6):
            channel, y, x = (int(rng.integers(size)) for size in (channels, height, width))
            number = float(output.reshape(channels, height, width)[channel, y, x])
            parts = engine.evaluate("parts", [index, channel, y, x])
            assert parts["value"] == pytest.approx(number, abs=SUM_TOLERANCE)
            assert parts["total"] == pytest.approx(number, abs=SUM_TOLERANCE)
            check_terms(parts, engine, [index, channel, y, x])


def check_terms(parts: dict[str, Any], engine: Page, place: list[int]) -> None:
    """The terms are the whole sum, the largest first, and for a convolution the nine products are a term."""
    if "terms" not in parts:
        return
    sums = [term["sum"] for term in parts["terms"]]
    assert sum(sums) + parts["bias"] == pytest.approx(parts["total"], abs=1e-6)
    assert [abs(value) for value in sums] == sorted(map(abs, sums), reverse=True)
    if parts["kind"] != "convolution":
        return
    for term in parts["terms"][:3]:
        products = engine.evaluate("products", [place, term["channel"]])
        assert len(products["products"]) == parts["kernel"] ** 2
        multiplied = [one * other for one, other in zip(products["patch"], products["weights"], strict=True)]
        assert products["products"] == pytest.approx(multiplied)
        assert sum(products["products"]) == pytest.approx(term["sum"], abs=1e-6)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(config=model_configs(), seed=st.integers(0, 1000))
def test_logits_of_any_network_agree(engine: Page, config: ModelConfig, seed: int) -> None:
    expected = give(engine, random_recognizer(config, seed), random_image(seed))
    assert np.allclose(engine.evaluate("Array.from(network.logits)"), expected["output"].numpy(), atol=LOGIT_TOLERANCE)


@pytest.mark.parametrize("config", ONE_OF_EACH[-6:], ids=name_of)
def test_the_receptive_field_is_where_the_gradient_is(engine: Page, config: ModelConfig) -> None:
    """Of a network with no zero anywhere: sigmoid, and average pooling, which passes every gradient on."""
    pooling = "none" if config.pooling == "none" else "average"
    smooth = config.model_copy(update={"activation": "sigmoid", "pooling": pooling, "dropout": 0.0})
    recognizer = random_recognizer(smooth, seed=3)
    give(engine, recognizer, random_image(1))
    network = recognizer.checkpoint.build().double()
    image = torch.from_numpy(random_image(1))[None, None].double().requires_grad_()
    for index, (name, output) in enumerate(network.stages(image), start=1):
        if output.ndim != 4:
            continue
        _, channels, height, width = output.shape
        for channel, y, x in {(0, 0, 0), (channels - 1, height - 1, width - 1), (0, height // 2, width // 3)}:
            (gradient,) = torch.autograd.grad(output[0, channel, y, x], image, retain_graph=True)
            rows, columns = (torch.nonzero(gradient[0, 0].abs().sum(side)).flatten() for side in (1, 0))
            field = engine.evaluate("place => receptiveField(network, ...place)", [index, y, x])
            assert (field["top"], field["left"]) == (rows.min(), columns.min()), name
            assert (field["height"], field["width"]) == (len(rows), len(columns)), name


def test_the_strongest_path_leads_through_the_largest_term_of_each_layer(engine: Page) -> None:
    config = ModelConfig(filters=(3, 5), dense_units=6, batch_norm=True, dropout=0.3)
    expected = give(engine, random_recognizer(config, seed=4), random_image(2))
    path = engine.evaluate("strongestPath(network, 6)")
    names = list(expected)
    assert [names[place["index"]] for place in path] == [
        name for name in reversed(names) if not name.endswith("dropout") and name != "flatten"
    ]
    assert path[0]["channel"] == 6
    for place, source in itertools.pairwise(path):
        parts = engine.evaluate("parts", [place[k] for k in ("index", "channel", "y", "x")])
        if "terms" in parts:
            strongest = max(parts["terms"], key=lambda term: term["sum"])
            assert strongest["channel"] == source["channel"]


STEPS = [Steps(*switches) for switches in itertools.product([True, False], repeat=3)]


@pytest.mark.parametrize("steps", STEPS, ids=str)
def test_a_drawing_becomes_the_same_picture(engine: Page, steps: Steps) -> None:
    strokes = [[(10.0, 0.0), (0.0, 55.0), (60.0, 60.0)], [(45.0, 20.0), (52.0, 100.0)]]
    for size, pen in ((40, 6), (150, 22), (300, 40)):
        rng = np.random.default_rng(size)
        pixels = render_strokes(place_strokes(strokes, 320, size, pen, rng), pen, 320)
        for picture in (pixels, 255 - pixels):
            found = browser_preprocess(engine, picture, steps)
            assert found["blank"] is False
            assert np.allclose(found["image"], preprocess(picture, steps).image.ravel(), atol=1e-5)


@pytest.mark.parametrize("shade", [0, 90, 255])
def test_an_empty_canvas_is_blank(engine: Page, shade: int) -> None:
    found = browser_preprocess(engine, np.full((320, 320), shade, np.uint8), Steps())
    assert found["blank"] is True
    assert not any(found["image"])


def browser_preprocess(engine: Page, grey: np.ndarray, steps: Steps) -> dict[str, Any]:
    height, width = grey.shape
    found: dict[str, Any] = engine.evaluate(
        """([grey, width, height, steps]) => {
          const values = Uint8Array.from(atob(grey), (c) => c.charCodeAt(0))
          const rgba = new Uint8ClampedArray(4 * values.length)
          values.forEach((value, at) => rgba.set([value, value, value, 255], 4 * at))
          const { image, blank } = preprocess(rgba, width, height, steps)
          return { image: Array.from(image), blank }
        }""",
        [text(grey), width, height, vars(steps)],
    )
    return found


@pytest.mark.drawn
def test_browser_and_python_read_the_same_digits(engine: Page, drawings: list[Drawing]) -> None:
    """All pen drawings, painted as the canvas paints them, at many sizes and places."""
    recognizer = Recognizer.load()
    rng = np.random.default_rng(0)
    pictures = np.stack(
        [render_strokes(place_strokes(each.strokes, 320, rng.uniform(120, 280), 22, rng), 22, 320) for each in drawings]
    )
    readings = recognizer.read_many(list(pictures))
    with torch.inference_mode():
        images = torch.from_numpy(np.stack([reading.image for reading in readings]))
        logits = recognizer.network(images[:, None]).numpy()
    engine.evaluate("load", base64.b64encode(pack(recognizer.fingerprint, recognizer)).decode())
    same, furthest = 0, 0.0
    for first in range(0, len(pictures), 100):
        part = slice(first, first + 100)
        found = engine.evaluate(
            """async ([packed, count]) => {
              const bytes = Uint8Array.from(atob(packed), (c) => c.charCodeAt(0))
              const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"))
              const values = new Uint8Array(await new Response(stream).arrayBuffer())
              const size = values.length / count
              const rgba = new Uint8ClampedArray(4 * size).fill(255)
              return Array.from({ length: count }, (_, n) => {
                for (let at = 0; at < 3 * size; at++) {
                  const pixel = Math.floor(at / 3)
                  rgba[at + pixel] = values[n * size + pixel]
                }
                const { image } = preprocess(rgba, 320, 320, { crop: true, fit: true, center: true })
                return Array.from(network.forward(image))
              })
            }""",
            [base64.b64encode(zlib.compress(pictures[part].tobytes(), 1)).decode(), len(pictures[part])],
        )
        same += int((np.argmax(found, axis=1) == logits[part].argmax(axis=1)).sum())
        furthest = max(furthest, float(np.abs(np.array(found) - logits[part]).max()))
    assert same >= 0.995 * len(pictures)
    assert furthest < LOGIT_TOLERANCE


@pytest.mark.parametrize("digits", [0, 1])
def test_shares_are_written_as_python_writes_them(engine: Page, digits: int) -> None:
    shares = [0.0, 0.0004, 0.01, 0.1234, 0.5, 0.98765, 0.9994, 0.9995, 0.99951, 0.9999, 1.0]
    written = engine.evaluate("([shares, digits]) => shares.map((share) => percent(share, digits))", [shares, digits])
    assert written == [percent(share, digits) for share in shares]


def test_the_bytes_for_the_browser_are_the_same_every_time() -> None:
    """Streamlit sends them again where they differ, 370 KB for every full run of the app."""
    recognizer = random_recognizer(ModelConfig(), seed=5)
    assert pack(recognizer.fingerprint, recognizer) is pack(recognizer.fingerprint, recognizer)

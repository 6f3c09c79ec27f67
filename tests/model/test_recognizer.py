"""The recognizer: what a reading holds, in many threads, and a quick start."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from model import Recognizer
from model.data.datasets import DataSet, to_float
from model.data.painting import render_strokes
from model.data.preprocess import Steps, preprocess
from model.data.strokes import Drawing, place_strokes
from model.network.checkpoint import Checkpoint, CheckpointError, load_checkpoint, save_checkpoint
from model.network.cnn import DigitCNN
from model.network.config import ModelConfig
from model.recognizer import CLOSE_CALL, Reading
from tests.conftest import ROOT, assert_one_sentence

Bytes = NDArray[np.uint8]


@pytest.fixture(scope="module")
def recognizer(small_checkpoint: Checkpoint, tmp_path_factory: pytest.TempPathFactory) -> Recognizer:
    path = tmp_path_factory.mktemp("nets") / "small.safetensors"
    save_checkpoint(small_checkpoint, path)
    return Recognizer.load(path)


@pytest.fixture(scope="module")
def pictures(digits: DataSet) -> list[Bytes]:
    """Test pictures of the offline set, each on a larger canvas of its own."""
    return [
        np.pad(picture, ((number % 7, 20), (5, number % 11)))
        for number, picture in enumerate(digits.test.images[:30, 0].numpy())
    ]


def assert_keeps_the_contract(reading: Reading) -> None:
    assert reading.digit is None or (type(reading.digit) is int and 0 <= reading.digit <= 9)
    assert reading.probabilities.dtype == np.float32
    assert reading.probabilities.shape == (10,)
    assert np.isfinite(reading.probabilities).all()
    assert (reading.probabilities >= 0).all()
    assert reading.probabilities.sum() == pytest.approx(1, abs=1e-5)
    assert reading.image.dtype == np.float32
    assert reading.image.shape == (28, 28)
    assert reading.image.min() >= 0
    assert reading.image.max() <= 1
    assert reading.image is reading.steps.image


def same_reading(one: Reading, other: Reading) -> bool:
    return (
        one.digit == other.digit
        and np.allclose(one.image, other.image, atol=1e-5)
        and np.allclose(one.probabilities, other.probabilities, atol=1e-5)
    )


def test_a_reading_keeps_its_contract(recognizer: Recognizer, pictures: list[Bytes]) -> None:
    for pixels in pictures:
        reading = recognizer.read(pixels)
        assert_keeps_the_contract(reading)
        assert reading.digit == int(reading.probabilities.argmax())


def test_the_probabilities_are_the_softmax_of_the_networks_logits(
    recognizer: Recognizer, pictures: list[Bytes]
) -> None:
    reading = recognizer.read(pictures[0])
    with torch.no_grad():
        logits = recognizer.network(torch.from_numpy(reading.image)[None, None])
    np.testing.assert_allclose(reading.probabilities, logits.softmax(1)[0].numpy(), atol=1e-6)
    assert np.array_equal(reading.image, preprocess(pictures[0]).image)


def test_a_trained_network_reads_most_digits(recognizer: Recognizer, digits: DataSet) -> None:
    readings = recognizer.read_many(list(digits.test.images[:, 0].numpy()))
    right = sum(reading.digit == label for reading, label in zip(readings, digits.test.labels.tolist(), strict=True))
    assert right / len(readings) > 0.6


def test_a_drawing_in_rgba_is_read_as_in_grey(recognizer: Recognizer, pictures: list[Bytes]) -> None:
    for pixels in pictures[:5]:
        grey = recognizer.read(pixels)
        opaque = np.dstack([pixels] * 3 + [np.full_like(pixels, 255)])
        clear = np.dstack([np.full((*pixels.shape, 3), 255, np.uint8), pixels])
        for other in (opaque, clear, 255 - pixels):
            reading = recognizer.read(other)
            assert reading.digit == grey.digit
            np.testing.assert_allclose(reading.probabilities, grey.probabilities, atol=1e-3)


@pytest.mark.parametrize(
    "blank",
    [
        np.zeros((280, 280), np.uint8),
        np.full((280, 280), 255, np.uint8),
        np.zeros((280, 280, 4), np.uint8),
        np.full((280, 280, 4), 255, np.uint8),
        np.zeros((1, 1), np.uint8),
    ],
    ids=["black", "white", "transparent", "opaque white", "one pixel"],
)
def test_a_blank_canvas_is_no_digit(recognizer: Recognizer, blank: Bytes) -> None:
    reading = recognizer.read(blank)
    assert reading.digit is None
    assert reading.runner_up is None
    assert_keeps_the_contract(reading)
    assert set(reading.probabilities.tolist()) == {np.float32(0.1)}
    assert not reading.image.any()


def test_many_pictures_are_read_as_one_by_one(recognizer: Recognizer, pictures: list[Bytes]) -> None:
    blank = np.zeros((50, 40), np.uint8)
    mixed = [blank, *pictures[:10], blank, *pictures[10:], blank]
    together = recognizer.read_many(mixed)
    assert len(together) == len(mixed)
    for reading, pixels in zip(together, mixed, strict=True):
        assert same_reading(reading, recognizer.read(pixels))
    assert [reading.digit for reading in recognizer.read_many([blank, blank])] == [None, None]
    assert recognizer.read_many([]) == []


def test_the_steps_reach_the_preprocessing(recognizer: Recognizer, pictures: list[Bytes]) -> None:
    steps = Steps(crop=False, fit=False, center=False)
    reading = recognizer.read(pictures[3], steps)
    assert np.array_equal(reading.image, preprocess(pictures[3], steps).image)
    assert not np.array_equal(reading.image, recognizer.read(pictures[3]).image)
    assert_keeps_the_contract(reading)


def test_there_is_a_runner_up_in_a_close_call_only(recognizer: Recognizer) -> None:
    steps = preprocess(np.eye(28, dtype=np.uint8) * 255)

    def runner_up(*shares: float) -> int | None:
        probabilities = np.zeros(10, np.float32)
        probabilities[: len(shares)] = shares
        return Reading(int(probabilities.argmax()), probabilities, steps.image, steps).runner_up

    assert runner_up(0.6, 0.4) == 1
    assert runner_up(0.1, 0.3, 0.6) == 1
    assert runner_up(1 - CLOSE_CALL, CLOSE_CALL) == 1
    assert runner_up(0.8, 0.2) is None
    assert runner_up(1.0) is None


def test_other_arrays_are_refused(recognizer: Recognizer, pictures: list[Bytes]) -> None:
    for wrong in (np.zeros((28, 28)), np.zeros((28, 28, 2), np.uint8), np.zeros((0, 5), np.uint8)):
        with pytest.raises(ValueError, match="picture"):
            recognizer.read(wrong)
        with pytest.raises(ValueError, match="picture"):
            recognizer.read_many([pictures[0], wrong])


def test_reading_does_not_change_the_network(recognizer: Recognizer, pictures: list[Bytes]) -> None:
    assert isinstance(recognizer.network, DigitCNN)
    before = {name: tensor.clone() for name, tensor in recognizer.network.state_dict().items()}
    recognizer.read_many(pictures)
    assert not recognizer.network.training
    assert not any(parameter.requires_grad for parameter in recognizer.network.parameters())
    assert torch.is_grad_enabled()
    assert all(torch.equal(tensor, before[name]) for name, tensor in recognizer.network.state_dict().items())
    logits = recognizer.network(torch.zeros(3, 1, 28, 28))
    assert (logits.shape, logits.dtype) == ((3, 10), torch.float32)


def test_dropout_does_not_change_a_reading(small_checkpoint: Checkpoint, pictures: list[Bytes]) -> None:
    config = small_checkpoint.model.model_copy(update={"dropout": 0.9})
    with_dropout = Recognizer(replace(small_checkpoint, model=config))
    without = Recognizer(small_checkpoint)
    assert all(same_reading(with_dropout.read(pixels), without.read(pixels)) for pixels in pictures[:5])


def test_eight_threads_read_what_one_reads(recognizer: Recognizer, pictures: list[Bytes]) -> None:
    expected = [recognizer.read(pixels) for pixels in pictures]
    with ThreadPoolExecutor(8) as pool:
        readings = list(pool.map(recognizer.read, pictures * 8))
    for number, reading in enumerate(readings):
        assert same_reading(reading, expected[number % len(pictures)])


def test_other_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "net").write_bytes(b"hello")
    for path in (tmp_path / "net", tmp_path / "none", tmp_path):
        with pytest.raises(CheckpointError) as caught:
            Recognizer.load(path)
        assert_one_sentence(caught.value)


@pytest.mark.parametrize("size", [1e12, 1e38])
def test_very_large_weights_never_give_nan(
    small_checkpoint: Checkpoint, digits: DataSet, tmp_path: Path, size: float
) -> None:
    huge = {name: torch.full_like(tensor, size) for name, tensor in small_checkpoint.weights.items()}
    save_checkpoint(replace(small_checkpoint, weights=huge), tmp_path / "net")
    try:
        reading = Recognizer.load(tmp_path / "net").read(digits.test.images[0, 0].numpy())
    except CheckpointError as error:
        assert_one_sentence(error)
    else:
        assert_keeps_the_contract(reading)


# --- the network that comes with the project --------------------------------------------------------------------------


def test_the_shipped_network_has_the_default_settings_and_its_results() -> None:
    recognizer = Recognizer.load()
    assert recognizer.network.config == ModelConfig()
    assert recognizer.network.parameter_count == 93_322, "frozen weights are counted, too"
    assert recognizer.checkpoint.data == "mnist"
    assert recognizer.checkpoint.metrics["test_accuracy"] > 0.99


@pytest.mark.mnist
def test_the_shipped_network_reads_mnist(mnist: DataSet) -> None:
    recognizer = Recognizer.load()
    images = to_float(mnist.test.images[:2000, 0]).numpy()
    right = recognizer.probabilities(images).argmax(1) == mnist.test.labels[:2000].numpy()
    assert right.mean() > 0.98


@pytest.mark.drawn
@pytest.mark.parametrize("pen", [8, 28])
def test_the_shipped_network_reads_what_people_draw(drawings: list[Drawing], pen: int) -> None:
    recognizer = Recognizer.load()
    chosen = drawings[::6]
    canvases = [render_strokes(place_strokes(drawing.strokes, 140, 90, pen / 2), pen / 2, 140) for drawing in chosen]
    readings = recognizer.read_many(canvases)
    right = sum(reading.digit == drawing.label for reading, drawing in zip(readings, chosen, strict=True))
    assert right / len(chosen) > 0.95


# --- the start --------------------------------------------------------------------------------------------------------


def test_reading_a_drawing_imports_neither_the_app_nor_slow_libraries(tmp_path: Path) -> None:
    code = (
        "import sys, numpy as np; from model import Recognizer;"
        "pixels = np.zeros((280, 280), np.uint8); pixels[60:220, 130:150] = 255;"
        "print(Recognizer.load().read(pixels).digit); print('\\n'.join(sys.modules))"
    )
    environment = {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True, env=environment
    )
    digit, *modules = result.stdout.split()
    assert digit == "1"
    assert not {name.split(".")[0] for name in modules} & {
        "streamlit",
        "torchvision",
        "sklearn",
        "scipy",
        "matplotlib",
        "pandas",
        "ui",
        "pages",
    }
    assert list(tmp_path.iterdir()) == []


def test_the_recognizer_has_the_checkpoint_it_came_from(small_checkpoint: Checkpoint, tmp_path: Path) -> None:
    save_checkpoint(small_checkpoint, tmp_path / "mine.safetensors")
    checkpoint = Recognizer.load(tmp_path / "mine.safetensors").checkpoint
    assert checkpoint.name == "mine.safetensors"
    assert checkpoint.metrics == load_checkpoint(tmp_path / "mine.safetensors").metrics

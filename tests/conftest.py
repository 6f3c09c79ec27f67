"""Shared by all tests: the data folder, the offline digits, a small trained network, and the rules of a good
message."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import reject, settings
from hypothesis import strategies as st

from model.data.datasets import DATA_VARIABLE, DataSet, load_data
from model.data.strokes import Drawing, load_drawings
from model.network.activations import Activation
from model.network.checkpoint import Checkpoint
from model.network.config import ModelConfig, Pooling
from model.network.settings import SettingsError
from model.network.train_config import TrainConfig
from model.training.events import Finished
from model.training.loop import train

ROOT = Path(__file__).parents[1]

# No deadlines: a slow machine must not fail. No random choice: a failure appears again in the next run.
settings.register_profile("digit-lab", deadline=None, derandomize=True, max_examples=50)
settings.load_profile("digit-lab")

NEEDS = {"mnist": "MNIST/raw/train-images-idx3-ubyte", "drawn": "drawn/digits.jsonl"}
"""The file, below $DIGIT_LAB_DATA, without which a test with this marker is skipped."""


def pytest_configure() -> None:
    # Two threads for one core wait for each other: on a busy machine that makes an epoch seventy times as long.
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # for the processes that tests start
    import torch

    torch.set_num_threads(1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    folder = os.environ.get(DATA_VARIABLE)
    for item in items:
        for marker, file in NEEDS.items():
            if item.get_closest_marker(marker) and not (folder and (Path(folder) / file).is_file()):
                reason = f"set {DATA_VARIABLE} to a folder that has {file}"
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """$DIGIT_LAB_DATA; only for tests marked `mnist` or `drawn`."""
    return Path(os.environ[DATA_VARIABLE])


@pytest.fixture(scope="session")
def mnist(data_dir: Path) -> DataSet:
    return load_data("mnist", data_dir)


@pytest.fixture(scope="session")
def drawings(data_dir: Path) -> list[Drawing]:
    return load_drawings(data_dir / "drawn" / "digits.jsonl")


@pytest.fixture(scope="session")
def digits() -> DataSet:
    return load_data("digits")


SMALL_NETWORK = ModelConfig(filters=(8, 16), dense_units=32)

QUICK: dict[str, Any] = {
    "data": "digits",
    "device": "cpu",
    "batch_size": 32,
    "learning_rate": 3e-3,
    "schedule": "one-cycle",
    "averaging": 0.0,
    "label_smoothing": 0.0,
    "aspect": 0.0,
    "elastic": 0.0,
    "thickness": 0.0,
}
"""Settings that learn the offline digits in a few epochs; the defaults are for a long training on MNIST."""


@pytest.fixture(scope="session")
def small_checkpoint(digits: DataSet) -> Checkpoint:
    """A small network after two epochs of the offline digits: its accuracy is about 0.8."""
    *_, finished = train(SMALL_NETWORK, TrainConfig(**QUICK, epochs=2), digits)
    assert isinstance(finished, Finished)
    return finished.checkpoint


@st.composite
def model_configs(draw: st.DrawFn, fewest_layers: int = 0) -> ModelConfig:
    """Valid networks of all shapes with few filters; also without convolutions if `fewest_layers` is 0."""
    layers = draw(st.integers(fewest_layers, 4))
    sizes = st.integers(1, 5)
    try:
        return ModelConfig(
            filters=draw(st.lists(st.integers(1, 6), min_size=layers, max_size=layers)),
            kernel_size=draw(sizes | st.lists(sizes, min_size=layers, max_size=layers)),
            activation=draw(st.sampled_from(get_args(Activation))),
            pooling=draw(st.sampled_from(get_args(Pooling))),
            dense_units=draw(st.integers(1, 12)),
            dropout=draw(st.sampled_from([0.0, 0.25, 0.9])),
            batch_norm=draw(st.booleans()),
        )
    except ValueError:
        reject()


def json_values() -> st.SearchStrategy[Any]:
    """Any JSON values, which a browser, a permalink or a file's header may contain instead of valid values."""
    plain = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
    return st.recursive(
        plain,
        lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=10), inner, max_size=5),
        max_leaves=10,
    )


def assert_one_sentence(error: object) -> None:
    """Check a message for the user: one sentence in plain words, not a library's report or a traceback."""
    message = str(error)
    assert message.strip() == message != ""
    assert "\n" not in message
    assert len(message) < 600
    assert not re.search(r"[.!?] [A-Z]", message), f"more than one sentence: {message}"
    for foreign in ("pydantic", "http", "Traceback", "Errno", "validation error", "object at 0x"):
        assert foreign not in message


def refusal(values: object) -> str:
    """The error message for a network with these settings."""
    with pytest.raises(SettingsError) as caught:
        ModelConfig.parse(values)
    assert_one_sentence(caught.value)
    return str(caught.value)

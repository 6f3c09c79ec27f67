"""The estimated time of a training."""

from __future__ import annotations

import pytest
import torch

import model.training.time_estimate
from model.network.config import ModelConfig
from model.network.train_config import TrainConfig
from model.training.time_estimate import Estimate, estimate

NETWORK, CONFIG = ModelConfig(), TrainConfig(device="cpu")


@pytest.fixture(autouse=True)
def reference_speed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(model.training.time_estimate._speeds, "cpu", 1.0)


def seconds(network: ModelConfig = NETWORK, **changes: object) -> float:
    return estimate(network, CONFIG.model_copy(update=changes)).seconds


def test_more_work_takes_longer() -> None:
    assert seconds(epochs=24) == pytest.approx(2 * seconds(), rel=0.1)
    assert seconds(train_images=30_000) == pytest.approx(seconds() / 2, rel=0.1)
    assert seconds(batch_size=8) > seconds()
    assert seconds(elastic=0.0) < seconds()
    assert seconds(ModelConfig(filters=(64, 64, 64))) > seconds()
    assert seconds(ModelConfig(activation="mish")) > seconds()
    assert seconds(ModelConfig(batch_norm=True)) > seconds()
    assert seconds(ModelConfig(dropout=0.5)) > seconds()


def test_measured_trainings_determine_the_speed() -> None:
    measured = [(NETWORK, CONFIG, 1234.0)] * 2 + [(NETWORK, CONFIG, 9e9)]
    found = estimate(NETWORK, CONFIG, measured)
    assert found.images_per_second == pytest.approx(1234, rel=0.01)
    steps_alone = CONFIG.epochs * CONFIG.train_images * (1 - CONFIG.validation_share) / 1234
    assert steps_alone < found.seconds < 1.2 * steps_alone


def test_the_probe_measures_this_machine_once_and_leaves_the_random_numbers_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(model.training.time_estimate, "_speeds", {})
    threads, state = torch.get_num_threads(), torch.get_rng_state()
    first = estimate(NETWORK, CONFIG)
    assert first.seconds > 0
    assert torch.get_num_threads() == threads
    assert torch.equal(torch.get_rng_state(), state)
    monkeypatch.setattr(model.training.time_estimate, "_probe", None)
    assert estimate(NETWORK, CONFIG) == first


@pytest.mark.parametrize(
    ("exact", "rounded"),
    [(0.2, 1), (4.4, 4), (33.0, 35), (57.4, 55), (58.0, 60), (66.0, 70), (719.0, 720), (4790.0, 4800)],
)
def test_seconds_are_rounded_to_the_accuracy_of_an_estimate(exact: float, rounded: int) -> None:
    assert Estimate(exact, 1.0).rounded_seconds == rounded

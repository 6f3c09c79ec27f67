"""The effect of each setting on a training."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from model.data.datasets import DataSet
from model.network.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from model.network.config import ModelConfig
from model.network.settings import SettingsError
from model.training.evaluation import evaluate
from model.training.events import Started
from model.training.loop import train
from model.training.trainer import Trainer
from tests.conftest import SMALL_NETWORK, assert_one_sentence
from tests.model.training.trainings import (
    WITHOUT_AUGMENTATION,
    assert_same_score,
    brief,
    epochs_of,
    finish,
    run,
    same_weights,
    settings,
    without_times,
)


def test_the_same_seed_gives_the_same_numbers_and_another_seed_others(digits: DataSet) -> None:
    one, again, other = (
        finish(brief(epochs=2, seed=seed, elastic=1.0, thickness=1.0, validation_share=0.2), digits)
        for seed in (1, 1, 2)
    )
    assert same_weights(one.checkpoint.weights, again.checkpoint.weights)
    assert without_times(one.checkpoint.metrics) == without_times(again.checkpoint.metrics)
    assert not same_weights(one.checkpoint.weights, other.checkpoint.weights)


def test_the_global_random_generator_does_not_matter(digits: DataSet) -> None:
    network = SMALL_NETWORK.model_copy(update={"dropout": 0.5})
    one = finish(brief(), digits, network)
    torch.rand(17)
    assert same_weights(finish(brief(), digits, network).checkpoint.weights, one.checkpoint.weights)


def test_the_data_set_is_not_changed_by_training_on_it(digits: DataSet) -> None:
    before = digits.train.images.clone()
    run(brief(thickness=2.0, elastic=1.0), digits)
    assert torch.equal(digits.train.images, before)


def test_fewer_training_images_give_a_shorter_epoch(digits: DataSet) -> None:
    started = run(brief(train_images=150, validation_share=0.1), digits)[0]
    assert isinstance(started, Started)
    assert (started.images, started.validation_images, started.steps_per_epoch) == (135, 15, 3)


@pytest.fixture(scope="module")
def unchanged(digits: DataSet) -> Checkpoint:
    """The result of a brief training with the plain settings."""
    return finish(brief(), digits).checkpoint


@pytest.mark.parametrize(
    "changed",
    [
        {"optimizer": "sgd"},
        {"weight_decay": 0.1},
        {"label_smoothing": 0.2},
        {"learning_rate": 1e-3},
        {"schedule": "constant"},
        {"rotation": 0.0},
        {"shift": 0.0},
        {"scale": 0.0},
        {"shear": 0.0},
        {"aspect": 0.2},
        {"elastic": 1.0},
        {"thickness": 1.0},
        {"averaging": 0.9},
        {"shuffle_labels": True},
        {"batch_size": 25},
        {"train_images": 150},
    ],
    ids=str,
)
def test_every_setting_has_an_effect(digits: DataSet, unchanged: Checkpoint, changed: dict[str, Any]) -> None:
    assert not same_weights(unchanged.weights, finish(brief(**changed), digits).checkpoint.weights)


def test_label_smoothing_keeps_the_loss_from_reaching_zero(digits: DataSet) -> None:
    smooth = epochs_of(run(settings(epochs=3, label_smoothing=0.5), digits))[-1]
    assert smooth.train_loss > 1
    assert smooth.train_accuracy > 0.7


@pytest.mark.parametrize(
    "network",
    [
        ModelConfig(filters=(4,), batch_norm=True, dropout=0.5, dense_units=16),
        ModelConfig(filters=(4, 4, 4, 4), dense_units=8, activation="gelu"),
        ModelConfig(filters=(4, 4), kernel_size=(7, 2), pooling="average", batch_norm=True, activation="tanh"),
        ModelConfig(filters=(2,), kernel_size=9, pooling="none", dropout=0.9, activation="mish"),
    ],
    ids=str,
)
def test_networks_of_every_kind_can_be_trained_and_saved(digits: DataSet, network: ModelConfig, tmp_path: Path) -> None:
    finished = finish(brief(), digits, network)
    save_checkpoint(finished.checkpoint, tmp_path / "net")
    assert_same_score(finished.test, evaluate(load_checkpoint(tmp_path / "net").build(), digits.test))


def test_batch_norm_learns_the_means_of_the_training_images(digits: DataSet) -> None:
    network = ModelConfig(filters=(4,), dense_units=8, batch_norm=True)
    weights = finish(brief(), digits, network).checkpoint.weights
    assert weights["blocks.0.norm.running_mean"].abs().sum() > 0
    assert weights["blocks.0.norm.num_batches_tracked"] == 4


def test_a_single_last_image_does_not_break_batch_norm(digits: DataSet) -> None:
    # Four layers shrink the feature map to one pixel, so a single image would give one value per channel.
    network = ModelConfig(filters=(4, 4, 4, 4), dense_units=8, batch_norm=True)
    finished = finish(brief(train_images=101, batch_size=50, validation_share=0), digits, network)
    assert all(tensor.isfinite().all() for tensor in finished.checkpoint.weights.values())


def test_a_batch_size_larger_than_the_set_gives_one_step(digits: DataSet) -> None:
    assert len(Trainer(SMALL_NETWORK, brief(batch_size=4096), digits).batches()) == 1


def test_a_few_training_images_are_memorized(digits: DataSet) -> None:
    finished = finish(
        settings(train_images=100, batch_size=10, epochs=30, schedule="constant", **WITHOUT_AUGMENTATION), digits
    )
    assert finished.training.accuracy == 1
    assert finished.training.accuracy - finished.test.accuracy > 0.05, "the gap of a network that memorized its images"


@pytest.mark.parametrize("device", ["cuda", "mps"])
def test_an_absent_device_is_a_settings_error(digits: DataSet, device: str) -> None:
    backend = torch.cuda if device == "cuda" else torch.backends.mps
    if backend.is_available():
        pytest.skip(f"this machine has {device}")
    with pytest.raises(SettingsError) as caught:
        next(train(SMALL_NETWORK, brief(device=device), digits))
    assert_one_sentence(caught.value)
    assert device in str(caught.value)
    assert "cpu" in str(caught.value)


def test_auto_chooses_a_present_device(digits: DataSet) -> None:
    started = next(train(SMALL_NETWORK, brief(device="auto"), digits))
    assert isinstance(started, Started)
    assert torch.ones(1, device=started.device).item() == 1

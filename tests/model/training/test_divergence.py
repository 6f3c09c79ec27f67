"""Trainings whose numbers overflow."""

from __future__ import annotations

import pytest
import torch

from model.data.datasets import DataSet
from model.network.checkpoint import Checkpoint
from model.network.cnn import DigitCNN
from model.network.config import ModelConfig
from model.network.train_config import TrainConfig
from model.training.events import EpochEnd, Finished, TrainingDivergedError
from model.training.loop import train
from tests.conftest import SMALL_NETWORK, assert_one_sentence
from tests.model.training.trainings import brief, run, settings


def test_an_infinite_loss_ends_the_training_with_advice(digits: DataSet) -> None:
    elu = SMALL_NETWORK.model_copy(update={"activation": "elu"})
    with pytest.raises(TrainingDivergedError) as caught:
        run(settings(optimizer="sgd", learning_rate=100.0, schedule="constant", momentum=0.0), digits, elu)
    assert_one_sentence(caught.value)
    assert "learning rate" in str(caught.value)
    assert "100" in str(caught.value)
    assert "such as 10" in str(caught.value)


def about_to_overflow() -> Checkpoint:
    """A network with a small loss whose next step makes its weights infinite."""
    network = ModelConfig(filters=(2,), dense_units=8)
    weights = {name: torch.zeros_like(tensor) for name, tensor in DigitCNN(network).state_dict().items()}
    weights["blocks.0.conv.bias"] += 1000
    weights["dense.bias"] += 1e-36
    weights["output.weight"] = torch.randn(10, 8, generator=torch.Generator().manual_seed(0)) * 1e36
    return Checkpoint(network, TrainConfig(), weights, "digits")


def test_infinite_weights_after_the_last_step_are_reported_and_not_handed_out(digits: DataSet) -> None:
    config = brief(
        optimizer="sgd", momentum=0.0, learning_rate=100.0, schedule="constant", batch_size=4096, validation_share=0
    )
    initial = about_to_overflow()
    with pytest.raises(TrainingDivergedError):
        for event in train(initial.model, config, digits, initial):
            if isinstance(event, EpochEnd | Finished):  # it would replace a good file
                assert all(tensor.isfinite().all() for tensor in event.checkpoint.weights.values())

"""The moving average of the weights."""

from __future__ import annotations

import pytest
import torch

from model.data.datasets import DataSet
from model.network.cnn import DigitCNN
from model.network.config import ModelConfig
from model.training.averaging import AveragedNetwork
from model.training.events import EpochEnd
from tests.conftest import SMALL_NETWORK
from tests.model.training.trainings import brief, epochs_of, run

WITH_BATCH_NORM = SMALL_NETWORK.model_copy(update={"batch_norm": True})


@pytest.mark.parametrize("network", [SMALL_NETWORK, WITH_BATCH_NORM], ids=["plain", "batch norm"])
def test_a_training_saves_the_average_and_its_steps_do_not_depend_on_it(digits: DataSet, network: ModelConfig) -> None:
    def one_step_per_epoch(averaging: float) -> list[EpochEnd]:
        return epochs_of(run(brief(epochs=4, batch_size=4096, averaging=averaging), digits, network))

    plain, averaged = one_step_per_epoch(0.0), one_step_per_epoch(0.2)
    assert [epoch.train_loss for epoch in plain] == [epoch.train_loss for epoch in averaged]
    for step, decay in ((2, 2 / 12), (3, 0.2), (4, 0.2)):  # short at first, and never above the setting
        before, after = averaged[step - 2].checkpoint.weights, averaged[step - 1].checkpoint.weights
        for name, present in plain[step - 1].checkpoint.weights.items():
            if present.is_floating_point():
                torch.testing.assert_close(after[name], before[name] * decay + present * (1 - decay))
            else:
                assert torch.equal(after[name], present)


def test_the_average_of_constant_weights_is_these_weights() -> None:
    network = DigitCNN(WITH_BATCH_NORM)
    average = AveragedNetwork(network, 0.999)
    for _ in range(3):
        average.update()
    for name, tensor in network.state_dict().items():
        torch.testing.assert_close(average.network.state_dict()[name], tensor)

"""The optimizer of a training."""

from __future__ import annotations

import torch

from model.network.cnn import DigitCNN
from model.network.train_config import TrainConfig


def make_optimizer(network: DigitCNN, config: TrainConfig) -> torch.optim.Optimizer:
    """Adam, AdamW, or SGD with Nesterov momentum, for all parameters of the network on its device."""
    parameters = list(network.parameters())
    if config.optimizer == "sgd":
        return torch.optim.SGD(
            parameters,
            config.learning_rate,
            config.momentum,
            weight_decay=config.weight_decay,
            nesterov=config.momentum > 0,
        )
    kind = torch.optim.Adam if config.optimizer == "adam" else torch.optim.AdamW
    fused = parameters[0].device.type in ("cpu", "cuda")  # one kernel for all parameters; mps has none
    return kind(parameters, config.learning_rate, weight_decay=config.weight_decay, fused=fused)

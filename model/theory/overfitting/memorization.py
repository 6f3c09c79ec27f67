"""Memorization: a small dense network memorizes a few training pictures, in a fraction of a second."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from model.data.datasets import ImageSet, to_float
from model.network.cnn import DigitCNN
from model.network.config import ModelConfig

PICTURES = (25, 50, 100, 200, 400)
UNITS = (4, 16, 64)
DECAYS = (0.0, 1.0, 3.0, 10.0)
DROPOUTS = (0.0, 0.5)
"""The choices of the lesson. The slowest combination takes half a second on one core."""

VALIDATION = 500
"""Validation pictures."""

EPOCHS = 100
EVERY = 4
"""Loss and accuracy are measured after every fourth epoch."""

RATE = 0.01
"""Learning rate."""


@dataclass(frozen=True)
class MemorizationData:
    """Validation pictures and a pool of training pictures, float32 (N, 1, 28, 28) with int64 labels (N,).

    A training takes the first pictures of the pool, so that a larger training set contains the smaller ones.
    """

    pool: Tensor
    pool_labels: Tensor
    validation: Tensor
    validation_labels: Tensor


@dataclass(frozen=True)
class LearningCurve:
    """One entry per measured epoch, from epoch 0 on: losses in nats, accuracies from 0 to 1."""

    epochs: tuple[int, ...]
    loss: tuple[float, ...]
    accuracy: tuple[float, ...]
    validation_loss: tuple[float, ...]
    validation_accuracy: tuple[float, ...]

    @property
    def gap(self) -> float:
        """Training accuracy minus validation accuracy at the end, -1 to 1."""
        return self.accuracy[-1] - self.validation_accuracy[-1]

    @property
    def best(self) -> int:
        """The index of the lowest validation loss: early stopping would keep this network."""
        return min(range(len(self.epochs)), key=self.validation_loss.__getitem__)


def memorization_data(images: ImageSet) -> MemorizationData:
    """Choose both sets at random with a fixed seed. Raises ValueError for too few training pictures."""
    need = VALIDATION + PICTURES[-1]
    if len(images) < need:
        raise ValueError(f"At least {need} training pictures are needed.")
    order = torch.randperm(len(images), generator=torch.Generator().manual_seed(0))[:need]
    held, pool = images[order[:VALIDATION]], images[order[VALIDATION:]]
    return MemorizationData(to_float(pool.images), pool.labels, to_float(held.images), held.labels)


def memorize(data: MemorizationData, pictures: int, units: int, decay: float, dropout: float) -> LearningCurve:
    """Train a DigitCNN without convolutions for EPOCHS, all `pictures` in one batch, by AdamW at RATE.

    The same settings give the same curve. decay: AdamW's weight decay, which is multiplied by RATE in each step.
    dropout: as in `ModelConfig`. Training loss and accuracy are measured without dropout.
    """
    network = DigitCNN(ModelConfig(filters=(), dense_units=units, dropout=dropout))
    optimizer = torch.optim.AdamW(network.parameters(), RATE, weight_decay=decay, fused=True)
    images, labels = data.pool[:pictures], data.pool_labels[:pictures]
    rows = [_measured_row(network, data, images, labels, 0)]
    for epoch in range(1, EPOCHS + 1):
        network.train()
        optimizer.zero_grad()
        F.cross_entropy(network(images), labels).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        if epoch % EVERY == 0:
            rows.append(_measured_row(network, data, images, labels, epoch))
    epochs, *figures = zip(*rows, strict=True)
    return LearningCurve(tuple(int(epoch) for epoch in epochs), *figures)


@torch.inference_mode()
def _measured_row(
    network: DigitCNN, data: MemorizationData, images: Tensor, labels: Tensor, epoch: int
) -> tuple[int, float, float, float, float]:
    network.eval()
    found: list[float] = []
    for pictures, truth in ((images, labels), (data.validation, data.validation_labels)):
        logits = network(pictures)
        found += [float(F.cross_entropy(logits, truth)), float((logits.argmax(1) == truth).float().mean())]
    return (epoch, *found)  # type: ignore[return-value]

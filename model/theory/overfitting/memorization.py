"""Learning by heart in a fraction of a second: a small dense network, few pictures, and many passes over them."""

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
"""What can be chosen; the slowest of it takes half a second on one core."""

VALIDATION = 500
EPOCHS = 100
EVERY = 4
RATE = 0.01


@dataclass(frozen=True)
class Task:
    """Validation pictures and a pool to train on, float32 (N, 1, 28, 28) with int64 labels (N,).

    Of the pool the first `pictures` are learned, so that a larger training set holds the smaller ones.
    """

    pool: Tensor
    pool_labels: Tensor
    validation: Tensor
    validation_labels: Tensor


@dataclass(frozen=True)
class Curve:
    """One row per measured epoch, 0 among them: losses in nats, accuracies from 0 to 1."""

    epochs: tuple[int, ...]
    loss: tuple[float, ...]
    accuracy: tuple[float, ...]
    validation_loss: tuple[float, ...]
    validation_accuracy: tuple[float, ...]

    @property
    def gap(self) -> float:
        """Training less validation accuracy at the end, -1 to 1."""
        return self.accuracy[-1] - self.validation_accuracy[-1]

    @property
    def best(self) -> int:
        """The index of the lowest validation loss, where early stopping would have kept the network."""
        return min(range(len(self.epochs)), key=self.validation_loss.__getitem__)


def task(images: ImageSet) -> Task:
    """Both sets out of the training pictures, at random with a fixed seed. Raises ValueError where they are too few."""
    need = VALIDATION + PICTURES[-1]
    if len(images) < need:
        raise ValueError(f"At least {need} training pictures are needed.")
    order = torch.randperm(len(images), generator=torch.Generator().manual_seed(0))[:need]
    held, pool = images[order[:VALIDATION]], images[order[VALIDATION:]]
    return Task(to_float(pool.images), pool.labels, to_float(held.images), held.labels)


def learn(given: Task, pictures: int, units: int, decay: float, dropout: float) -> Curve:
    """Train a DigitCNN without convolutions for EPOCHS, all `pictures` in one batch, by AdamW at RATE.

    The same four settings give the same curve. decay: AdamW's weight decay, times RATE per step. dropout: as in
    `ModelConfig`. Training loss and accuracy are of the network as it reads, without dropout.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        network = DigitCNN(ModelConfig(filters=(), dense_units=units, dropout=dropout))
        rule = torch.optim.AdamW(network.parameters(), RATE, weight_decay=decay, fused=True)
        images, labels = given.pool[:pictures], given.pool_labels[:pictures]
        rows = [_row(network, given, images, labels, 0)]
        for epoch in range(1, EPOCHS + 1):
            network.train()
            rule.zero_grad()
            F.cross_entropy(network(images), labels).backward()  # type: ignore[no-untyped-call]
            rule.step()
            if epoch % EVERY == 0:
                rows.append(_row(network, given, images, labels, epoch))
    epochs, *figures = zip(*rows, strict=True)
    return Curve(tuple(int(epoch) for epoch in epochs), *figures)


@torch.inference_mode()
def _row(
    network: DigitCNN, given: Task, images: Tensor, labels: Tensor, epoch: int
) -> tuple[int, float, float, float, float]:
    network.eval()
    found: list[float] = []
    for pictures, truth in ((images, labels), (given.validation, given.validation_labels)):
        logits = network(pictures)
        found += [float(F.cross_entropy(logits, truth)), float((logits.argmax(1) == truth).float().mean())]
    return (epoch, *found)  # type: ignore[return-value]

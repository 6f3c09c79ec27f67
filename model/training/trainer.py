"""A network in training: its data, its optimizer and its averaged weights, and one step of the training."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from model.data.augmentation import augment
from model.data.batches import batches, steps_per_epoch
from model.data.datasets import DataSet, ImageSet, split, to_float
from model.language import _
from model.network.checkpoint import Checkpoint
from model.network.cnn import DigitCNN
from model.network.config import ModelConfig
from model.network.device import choose_device, fast_precision
from model.network.settings import SettingsError
from model.network.train_config import TrainConfig
from model.training.averaging import AveragedNetwork
from model.training.evaluation import evaluate
from model.training.events import SnapshotTaken
from model.training.optimizer import make_optimizer
from model.training.schedule import learning_rate_at

SNAPSHOT_VALIDATION_IMAGES = 1000
"""Validation images that score a snapshot within an epoch: at most 20 ms, where all 3,000 would take 60 ms."""


class Trainer:
    """A network on its device, with the training and validation images; `steps` counts its steps.

    Raises SettingsError if the device is absent, or where `initial` has another architecture.
    """

    def __init__(
        self, model_config: ModelConfig, config: TrainConfig, data: DataSet, initial: Checkpoint | None = None
    ) -> None:
        self.config = config
        self.data_name = data.name
        self.device = choose_device(config.device)
        self.precision = fast_precision(self.device)
        training, validation = split(data.train, config.train_images, config.validation_share, config.seed)
        if config.shuffle_labels:
            training = _with_shuffled_labels(training, config.seed)
        self.training, self.validation = training.to(self.device), validation.to(self.device)
        network = _initial_network(model_config, config.seed, initial)
        self.network: DigitCNN = network.to(self.device).to(memory_format=torch.channels_last)
        self.average = AveragedNetwork(self.network, config.averaging) if config.averaging else None
        self.optimizer = make_optimizer(self.network, config)
        # Two generators, so that the strength of the augmentation does not change the order of the batches.
        self._order = torch.Generator().manual_seed(config.seed)
        self._augmentation = torch.Generator().manual_seed(config.seed + 2**31)
        self.steps = 0
        self.steps_per_epoch = steps_per_epoch(len(training), config.batch_size)

    @property
    def averaged(self) -> DigitCNN:
        """The network that is scored and saved: the averaged one, or the network itself without averaging."""
        return self.average.network if self.average else self.network

    @property
    def learning_rate(self) -> float:
        """The learning rate of the next step."""
        return learning_rate_at(self.config, self.steps / (self.steps_per_epoch * self.config.epochs))

    def batches(self) -> list[Tensor]:
        """The indices of the training images in a new random order, int64 (batch size,) for each batch."""
        order = torch.randperm(len(self.training), generator=self._order).to(self.device)
        return batches(order, self.config.batch_size)

    def step(self, index: Tensor) -> tuple[Tensor, Tensor]:
        """One training step on these images; returns their mean loss and the number read correctly, as 0-d tensors."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.learning_rate
        batch = self.training[index]
        images = augment(to_float(batch.images), self.config, self._augmentation)
        with torch.autocast(self.device.type, self.precision, enabled=self.precision is not torch.float32):
            logits = self.network(images)
        loss = F.cross_entropy(logits.float(), batch.labels, label_smoothing=self.config.label_smoothing)
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()
        self.steps += 1
        if self.average:
            self.average.update()
        return loss.detach(), (logits.detach().argmax(1) == batch.labels).sum()

    def checkpoint(self, **metrics: Any) -> Checkpoint:
        """A copy of the averaged network on the CPU, with these metrics."""
        weights = {
            name: tensor.detach().cpu().clone(memory_format=torch.contiguous_format)
            for name, tensor in self.averaged.state_dict().items()
        }
        return Checkpoint(self.network.config, self.config, weights, self.data_name, metrics)

    def snapshot(self) -> SnapshotTaken:
        """A copy of the averaged network on the CPU, with its score on a few validation images."""
        epoch = self.steps / self.steps_per_epoch
        few = self.validation[:SNAPSHOT_VALIDATION_IMAGES]
        score = evaluate(self.averaged, few) if len(few) else None
        return SnapshotTaken(self.steps, epoch, self.checkpoint(step=self.steps, epoch=epoch), score)


def _initial_network(model_config: ModelConfig, seed: int, initial: Checkpoint | None) -> DigitCNN:
    network = DigitCNN(model_config, torch.Generator().manual_seed(seed))
    if initial is not None:
        if initial.model != model_config:
            name = initial.name or _("that checkpoint")
            raise SettingsError(_("init: {name} holds a network of another architecture", name=name))
        network.load_state_dict(dict(initial.weights))
    return network


def _with_shuffled_labels(images: ImageSet, seed: int) -> ImageSet:
    """The same images and labels, but each label belongs to a random image: a network can only memorize them."""
    order = torch.randperm(len(images), generator=torch.Generator().manual_seed(seed))
    return ImageSet(images.images, images.labels[order])

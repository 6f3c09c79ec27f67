"""The training loop, as a stream of events. Nothing else knows the loop.

The data set is one tensor in memory and a batch is an index into it; augmentation works on whole batches. The method is
honest: the validation pictures come out of the training set and choose the epoch that is kept; the test pictures are
scored once, at the end.
"""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from model.checkpoint import Checkpoint
from model.config import ModelConfig, SettingsError, TrainConfig
from model.data import DataSet, ImageSet, augment, split, to_float
from model.device import choose_device, fast_precision
from model.evaluation import Score, evaluate
from model.network import DigitCNN

STEPS_PER_EVENT = 10
"""Loss and accuracy are read off the device, and NaN is looked for, once in so many steps."""

_WARM_UP = 0.25
"""Share of a one-cycle schedule in which the learning rate rises."""


class TrainingDivergedError(RuntimeError):
    """The loss is no longer a number. The message says what to change."""


@dataclass(frozen=True)
class Started:
    """The run is about to take its first step. `images` is the number trained on, validation not included."""

    device: str
    precision: str
    parameters: int
    images: int
    validation_images: int
    steps_per_epoch: int


@dataclass(frozen=True)
class Progress:
    """Means over the steps since the last Progress. step counts from 1 through all epochs; loss in nats."""

    epoch: int
    step: int
    loss: float
    accuracy: float
    learning_rate: float
    images_per_second: float


@dataclass(frozen=True)
class EpochEnd:
    """One pass is over. Accuracies are shares from 0 to 1; the validation figures are None where nothing is held out.

    train_*: means over the epoch's own augmented batches. seconds: the epoch without its validation.
    checkpoint: the network as it is now. improved: it is the best so far.
    """

    epoch: int
    train_loss: float
    train_accuracy: float
    validation_loss: float | None
    validation_accuracy: float | None
    learning_rate: float
    seconds: float
    checkpoint: Checkpoint
    improved: bool


@dataclass(frozen=True)
class Finished:
    """The run is over: the best epoch's network, scored on the test pictures; its metrics hold the history too."""

    checkpoint: Checkpoint
    test: Score
    best_epoch: int
    seconds: float


Event = Started | Progress | EpochEnd | Finished


def train(
    model_config: ModelConfig, config: TrainConfig, data: DataSet, initial: Checkpoint | None = None
) -> Iterator[Event]:
    """Train a network on `data`, yielding Started, then Progress and EpochEnd, and Finished last.

    It starts from random weights, or from those of `initial`, whose architecture must be the same (else SettingsError).

    The consumer may stop at any point by closing the generator; the best epoch so far is in the last EpochEnd that
    improved. Raises SettingsError where the device is absent, TrainingDivergedError where the loss becomes NaN.
    The same seed on the same machine with the same number of threads gives the same numbers.
    """
    begin = time.perf_counter()
    device = choose_device(config.device)
    torch.manual_seed(config.seed)
    torch.backends.cudnn.deterministic = True
    generator = torch.Generator().manual_seed(config.seed)
    training, validation = split(data.train, config.train_images, config.validation_share, config.seed)
    training, validation = training.to(device), validation.to(device)
    network = DigitCNN(model_config)
    if initial is not None:
        if initial.model != model_config:
            raise SettingsError(f"init: {initial.name or 'that checkpoint'} holds a network of another architecture")
        network.load_state_dict(dict(initial.weights))
    network.to(device).to(memory_format=torch.channels_last)
    steps_per_epoch = len(_batches(torch.arange(len(training)), config.batch_size))
    loop = _Loop(network, config, steps_per_epoch, device, generator)
    yield Started(
        str(device), str(loop.precision).removeprefix("torch."), network.parameter_count, len(training),
        len(validation), steps_per_epoch,
    )  # fmt: skip
    history: list[dict[str, Any]] = []
    best: Checkpoint | None = None
    best_rank = (-1.0, -math.inf)
    for epoch in range(1, config.epochs + 1):
        started = time.perf_counter()
        loss, accuracy = yield from loop.epoch(epoch, training)
        seconds = time.perf_counter() - started
        score = evaluate(loop.kept, validation) if len(validation) else None
        # With nothing held out there is nothing to choose by, and the last epoch stands.
        rank = (score.accuracy, -score.loss) if score else (float(epoch), 0.0)
        record: dict[str, Any] = {
            "epoch": epoch,
            "train_loss": loss,
            "train_accuracy": accuracy,
            "validation_loss": score.loss if score else None,
            "validation_accuracy": score.accuracy if score else None,
            "learning_rate": loop.learning_rate,
            "seconds": round(seconds, 3),
        }
        history.append(record)
        metrics = {
            "best_epoch": epoch, "validation_accuracy": record["validation_accuracy"],
            "parameters": network.parameter_count, "history": list(history),
        }  # fmt: skip
        now = Checkpoint(model_config, config, _copy_of_weights(loop.kept), data.name, metrics)
        if not all(tensor.isfinite().all() for tensor in now.weights.values()):
            raise _diverged(config, epoch, loop.steps)
        if rank > best_rank:
            best, best_rank = now, rank
        yield EpochEnd(**record, checkpoint=now, improved=best is now)
    if best is None:  # TrainConfig asks for one epoch at least
        raise RuntimeError("no epoch was run")
    train_seconds = time.perf_counter() - begin
    network.load_state_dict(dict(best.weights))
    test = evaluate(network, data.test.to(device))
    results = {
        **best.metrics, "test_accuracy": test.accuracy, "test_loss": test.loss, "epochs": config.epochs,
        "train_seconds": round(train_seconds, 3), "device": str(device), "history": history,
    }  # fmt: skip
    finished = Checkpoint(model_config, config, best.weights, data.name, results)
    yield Finished(finished, test, best.metrics["best_epoch"], train_seconds)


def _batches(order: Tensor, size: int) -> list[Tensor]:
    """The order in batches; a single picture left over joins the batch before it, for it has no variance to norm by."""
    batches = list(torch.split(order, size))
    if len(batches) > 1 and len(batches[-1]) == 1:
        batches[-2:] = [torch.cat(batches[-2:])]
    return batches


def _copy_of_weights(network: DigitCNN) -> dict[str, Tensor]:
    return {
        name: tensor.detach().cpu().clone(memory_format=torch.contiguous_format)
        for name, tensor in network.state_dict().items()
    }


class _Loop:
    """Network, optimizer and schedule, and what one epoch does with them."""

    def __init__(
        self, network: DigitCNN, config: TrainConfig, steps_per_epoch: int, device: torch.device,
        generator: torch.Generator,
    ) -> None:  # fmt: skip
        self.network = network
        self.config = config
        self.device = device
        self.generator = generator
        self.precision = fast_precision(device)
        self.steps = 0
        self.total_steps = steps_per_epoch * config.epochs
        self.optimizer = _optimizer(network, config)
        self.kept = copy.deepcopy(network) if config.averaging else network

    @property
    def learning_rate(self) -> float:
        return learning_rate_at(self.config, self.steps / self.total_steps)

    def epoch(self, epoch: int, images: ImageSet) -> Generator[Progress, None, tuple[float, float]]:
        """One pass in a new random order; returns the mean loss and accuracy over all its batches."""
        self.network.train()
        order = torch.randperm(len(images), generator=self.generator).to(self.device)
        total, since, last = _Sums(), _Sums(), time.perf_counter()
        batches = _batches(order, self.config.batch_size)
        for number, index in enumerate(batches, start=1):
            rate = self.learning_rate
            loss, hits = self._step(images[index], rate)
            since.add(loss, hits, len(index))
            if number % STEPS_PER_EVENT == 0 or number == len(batches):
                mean_loss, accuracy = since.means()
                if not math.isfinite(mean_loss):
                    raise _diverged(self.config, epoch, self.steps)
                now = time.perf_counter()
                yield Progress(epoch, self.steps, mean_loss, accuracy, rate, since.count / (now - last))
                total.merge(mean_loss, accuracy, since.count)
                since, last = _Sums(), time.perf_counter()
        return total.means()

    def _step(self, batch: ImageSet, rate: float) -> tuple[Tensor, Tensor]:
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        images = augment(to_float(batch.images), self.config, self.generator)
        fast = self.precision is not torch.float32
        with torch.autocast(self.device.type, self.precision, enabled=fast):
            logits = self.network(images)
        loss = F.cross_entropy(logits.float(), batch.labels, label_smoothing=self.config.label_smoothing)
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()
        self.steps += 1
        if self.config.averaging:
            self._average()
        return loss.detach(), (logits.detach().argmax(1) == batch.labels).sum()

    def _average(self) -> None:
        """Move the kept weights a little towards the present ones (Polyak and Juditsky 1992).

        The average of many good networks reads unfamiliar hands better than any of them. At the start, when all
        weights are still poor, its memory is short.
        """
        memory = min(self.config.averaging, self.steps / (self.steps + 10))
        with torch.no_grad():
            for kept, present in zip(self.kept.state_dict().values(), self.network.state_dict().values(), strict=True):
                if kept.is_floating_point():
                    kept.lerp_(present, 1 - memory)
                else:  # batch normalisation counts its batches
                    kept.copy_(present)


def _diverged(config: TrainConfig, epoch: int, step: int) -> TrainingDivergedError:
    return TrainingDivergedError(
        f"The loss is no longer a number (epoch {epoch}, step {step}); try a learning rate "
        f"below {config.learning_rate:g}, such as {config.learning_rate / 10:g}."
    )


class _Sums:
    """Weighted sums that stay on the device until they are asked for."""

    def __init__(self) -> None:
        self.loss: Tensor | float = 0.0
        self.hits: Tensor | float = 0
        self.count = 0

    def add(self, loss: Tensor, hits: Tensor, count: int) -> None:
        self.loss = self.loss + loss * count
        self.hits = self.hits + hits
        self.count += count

    def merge(self, mean_loss: float, accuracy: float, count: int) -> None:
        self.loss = self.loss + mean_loss * count
        self.hits = self.hits + accuracy * count
        self.count += count

    def means(self) -> tuple[float, float]:
        return float(self.loss) / self.count, float(self.hits) / self.count


def learning_rate_at(config: TrainConfig, done: float) -> float:
    """The learning rate after the share `done` (0 to 1) of all steps.

    one-cycle: linear rise from a tenth over the first quarter, then linear fall to 0 (after Smith 2018);
    cosine: half a cosine from the full rate to 0; constant: always the full rate.
    """
    if config.schedule == "constant":
        return config.learning_rate
    if config.schedule == "cosine":
        return config.learning_rate * (1 + math.cos(math.pi * min(done, 1.0))) / 2
    if done < _WARM_UP:
        return config.learning_rate * (0.1 + 0.9 * done / _WARM_UP)
    return config.learning_rate * max(0.0, 1 - done) / (1 - _WARM_UP)


def _optimizer(network: DigitCNN, config: TrainConfig) -> torch.optim.Optimizer:
    parameters = list(network.parameters())
    if config.optimizer == "sgd":
        return torch.optim.SGD(
            parameters, config.learning_rate, config.momentum, weight_decay=config.weight_decay,
            nesterov=config.momentum > 0,
        )  # fmt: skip
    kind = torch.optim.Adam if config.optimizer == "adam" else torch.optim.AdamW
    fused = parameters[0].device.type in ("cpu", "cuda")
    return kind(parameters, config.learning_rate, weight_decay=config.weight_decay, fused=fused)

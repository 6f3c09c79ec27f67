"""The training loop, as a stream of events. Nothing else knows the loop.

The data set is one tensor in memory and a batch is an index into it; augmentation works on whole batches. The method is
honest: the validation pictures come out of the training set and choose the epoch that is kept; the test pictures are
scored once, at the end.
"""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable, Generator, Iterator
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
from model.training.evaluation import evaluate, predict, score
from model.training.events import (
    DIVERGED,
    EpochEnd,
    Event,
    Finished,
    Progress,
    Snapshot,
    Started,
    TrainingDivergedError,
)

STEPS_PER_EVENT = 10
"""Loss and accuracy are read off the device, and NaN is looked for, once in so many steps."""

MAX_SNAPSHOTS = 24
"""A run keeps at most so many snapshots, however long it is."""

CHECK_PICTURES = 1000
"""The validation within the first epoch reads at most so many pictures: 20 ms, where all 3,000 would take 60."""

_EARLY = (1 / 64, 1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2)
"""Shares of the first epoch after which there is a snapshot: half of what a network learns it learns there."""

_WARM_UP = 0.25
"""Share of a one-cycle schedule in which the learning rate rises."""


def train(
    model_config: ModelConfig,
    config: TrainConfig,
    data: DataSet,
    initial: Checkpoint | None = None,
    *,
    snapshots: int = 0,
    stop: Callable[[], bool] = lambda: False,
) -> Iterator[Event]:
    """Train a network on `data`, yielding Started, then Progress and EpochEnd, and Finished last.

    It starts from random weights, or from those of `initial`, whose architecture must be the same (else SettingsError).
    With `snapshots`, at most so many events of that kind come in between, see `snapshot_steps`. `stop` is asked after
    each Progress; where it says so, Finished comes next, with the best epoch so far or, in the first, what there is.

    The consumer may stop at any point by closing the generator; the best epoch so far is in the last EpochEnd that
    improved. Raises SettingsError where the device is absent, TrainingDivergedError where the loss becomes NaN.
    The same seed on the same machine with the same number of threads gives the same numbers. The order of the batches
    depends on nothing but the seed and the number of pictures, so that two runs that differ in their network or their
    augmentation see the same pictures in the same order.
    """
    clock = _Clock()
    network = _initial_network(model_config, config, initial)
    for event in _events(network, config, data, snapshots=snapshots, stop=stop, clock=clock):
        handed = time.perf_counter()
        yield event
        clock.held += time.perf_counter() - handed


class _Clock:
    """Seconds of training: it stands still while the consumer holds an event, as in a pause."""

    def __init__(self) -> None:
        self.held = 0.0

    def now(self) -> float:
        return time.perf_counter() - self.held


def _initial_network(model_config: ModelConfig, config: TrainConfig, initial: Checkpoint | None) -> DigitCNN:
    network = DigitCNN(model_config, torch.Generator().manual_seed(config.seed))
    if initial is not None:
        if initial.model != model_config:
            name = initial.name or _("that checkpoint")
            raise SettingsError(_("init: {name} holds a network of another architecture", name=name))
        network.load_state_dict(dict(initial.weights))
    return network


def _events(
    network: DigitCNN, config: TrainConfig, data: DataSet, *, snapshots: int, stop: Callable[[], bool], clock: _Clock
) -> Iterator[Event]:
    begin = clock.now()
    device = choose_device(config.device)
    torch.backends.cudnn.deterministic = True
    training, validation = split(data.train, config.train_images, config.validation_share, config.seed)
    if config.shuffle_labels:
        training = _with_shuffled_labels(training, config.seed)
    training, validation = training.to(device), validation.to(device)
    network.to(device).to(memory_format=torch.channels_last)
    loop = _Loop(network, config, training, validation[:CHECK_PICTURES], data.name)
    loop.clock, loop.stop = clock, stop
    loop.snapshot_at = snapshot_steps(loop.steps_per_epoch, config.epochs, snapshots)
    yield Started(
        str(device),
        str(loop.precision).removeprefix("torch."),
        network.parameter_count,
        len(training),
        len(validation),
        loop.steps_per_epoch,
    )
    if 0 in loop.snapshot_at:
        yield loop.snapshot()
    history: list[dict[str, Any]] = []
    best: Checkpoint | None = None
    best_rank = (-1.0, -math.inf)
    for epoch in range(1, config.epochs + 1):
        started = clock.now()
        loss, accuracy = yield from loop.epoch(epoch)
        if loop.stopped and best is not None:
            break  # what there is of this epoch is not better known than the best one
        seconds = clock.now() - started
        held_out = evaluate(loop.kept, validation) if len(validation) else None
        # With nothing held out there is nothing to choose by, and the last epoch stands.
        rank = (held_out.accuracy, -held_out.loss) if held_out else (float(epoch), 0.0)
        record: dict[str, Any] = {
            "epoch": epoch,
            "train_loss": loss,
            "train_accuracy": accuracy,
            "validation_loss": held_out.loss if held_out else None,
            "validation_accuracy": held_out.accuracy if held_out else None,
            "learning_rate": loop.learning_rate,
            "seconds": round(seconds, 3),
        }
        history.append(record)
        now = loop.checkpoint(
            best_epoch=epoch,
            validation_accuracy=record["validation_accuracy"],
            parameters=network.parameter_count,
            history=list(history),
        )
        if not all(tensor.isfinite().all() for tensor in now.weights.values()):
            raise _diverged(config, epoch, loop.steps)
        if rank > best_rank:
            best, best_rank = now, rank
        yield EpochEnd(**record, checkpoint=now, improved=best is now)
        if loop.steps in loop.snapshot_at:
            yield Snapshot(loop.steps, float(epoch), now, None)
        if loop.stopped:
            break
    if best is None:  # TrainConfig asks for one epoch at least
        raise RuntimeError("no epoch was run")
    train_seconds = clock.now() - begin
    network.load_state_dict(dict(best.weights))
    test_logits = predict(network, data.test.images.to(device)).cpu()
    test = score(test_logits, data.test.labels)
    results = {
        **best.metrics,
        "test_accuracy": test.accuracy,
        "test_loss": test.loss,
        "epochs": len(history),
        "train_seconds": round(train_seconds, 3),
        "device": str(device),
        "history": history,
    }
    finished = Checkpoint(network.config, config, best.weights, data.name, results)
    plain = evaluate(network, training[: len(data.test)])
    yield Finished(finished, test, plain, test_logits, best.metrics["best_epoch"], train_seconds, stopped=loop.stopped)


def snapshot_steps(steps_per_epoch: int, epochs: int, most: int = MAX_SNAPSHOTS) -> frozenset[int]:
    """After how many steps there are snapshots: at the start, within the first epoch, then at the end of each.

    At most `most`, 0 for none: of a long run the epochs stand evenly spaced, the last one among them.
    """
    early = sorted({0, *(round(share * steps_per_epoch) for share in _EARLY)})
    room = max(1, most - len(early))
    spaced = {round(1 + number * (epochs - 1) / max(1, room - 1)) for number in range(room)}
    ends = [steps_per_epoch * epoch for epoch in spaced if epoch <= epochs] if room > 1 else [steps_per_epoch * epochs]
    later = sorted({*early, *ends} - {0})
    return frozenset([0, *later[1 - most :]] if most > 1 else [steps_per_epoch * epochs][:most])


def _with_shuffled_labels(images: ImageSet, seed: int) -> ImageSet:
    """The same pictures and the same labels, matched at random: there is nothing to learn but each by heart."""
    order = torch.randperm(len(images), generator=torch.Generator().manual_seed(seed))
    return ImageSet(images.images, images.labels[order])


def _copy_of_weights(network: DigitCNN) -> dict[str, Tensor]:
    return {
        name: tensor.detach().cpu().clone(memory_format=torch.contiguous_format)
        for name, tensor in network.state_dict().items()
    }


class _Loop:
    """Network, optimizer and schedule, and what one epoch does with them."""

    def __init__(self, network: DigitCNN, config: TrainConfig, training: ImageSet, check: ImageSet, data: str) -> None:
        self.network, self.config, self.data = network, config, data
        self.training, self.check = training, check
        self.device = training.labels.device
        self.clock = _Clock()
        self.stop: Callable[[], bool] = lambda: False
        self.stopped = False
        # One for each, so that the strength of the augmentation does not change the order of the batches.
        self.order, self.variation = (torch.Generator().manual_seed(config.seed + offset) for offset in (0, 2**31))
        self.precision = fast_precision(self.device)
        self.steps = 0
        self.steps_per_epoch = steps_per_epoch(len(training), config.batch_size)
        self.snapshot_at: frozenset[int] = frozenset()
        self.optimizer = _optimizer(network, config)
        self.kept = copy.deepcopy(network) if config.averaging else network

    def checkpoint(self, **metrics: Any) -> Checkpoint:
        """A copy of the network as it is now."""
        return Checkpoint(self.network.config, self.config, _copy_of_weights(self.kept), self.data, metrics)

    def snapshot(self) -> Snapshot:
        """A copy of the network as it is now, with its score."""
        epoch = self.steps / self.steps_per_epoch
        held_out = evaluate(self.kept, self.check) if len(self.check) else None
        return Snapshot(self.steps, epoch, self.checkpoint(step=self.steps, epoch=epoch), held_out)

    @property
    def learning_rate(self) -> float:
        return learning_rate_at(self.config, self.steps / (self.steps_per_epoch * self.config.epochs))

    def epoch(self, epoch: int) -> Generator[Event, None, tuple[float, float]]:
        """One pass in a new random order; returns the mean loss and accuracy over all its batches."""
        self.network.train()
        order = torch.randperm(len(self.training), generator=self.order).to(self.device)
        total, since, last = _Sums(), _Sums(), self.clock.now()
        for number, index in enumerate(batches(order, self.config.batch_size), start=1):
            rate = self.learning_rate
            loss, hits = self._step(self.training[index], rate)
            since.add(loss, hits, len(index))
            if number % STEPS_PER_EVENT == 0 or number == self.steps_per_epoch:
                mean_loss, accuracy = since.means()
                if not math.isfinite(mean_loss):
                    raise _diverged(self.config, epoch, self.steps)
                speed = since.count / (self.clock.now() - last)
                yield Progress(epoch, self.steps, mean_loss, accuracy, rate, speed, self.checkpoint)
                total.merge(mean_loss, accuracy, since.count)
                since, last = _Sums(), self.clock.now()
                if self.stop():
                    self.stopped = True
                    break
            if self.steps in self.snapshot_at and number < self.steps_per_epoch:
                begin = self.clock.now()
                yield self.snapshot()
                last += self.clock.now() - begin
        return total.means()

    def _step(self, batch: ImageSet, rate: float) -> tuple[Tensor, Tensor]:
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        images = augment(to_float(batch.images), self.config, self.variation)
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
    rate, less = (f"{value:g}" for value in (config.learning_rate, config.learning_rate / 10))
    return TrainingDivergedError(_(DIVERGED, epoch=epoch, step=step, rate=rate, less=less))


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
            parameters,
            config.learning_rate,
            config.momentum,
            weight_decay=config.weight_decay,
            nesterov=config.momentum > 0,
        )
    kind = torch.optim.Adam if config.optimizer == "adam" else torch.optim.AdamW
    fused = parameters[0].device.type in ("cpu", "cuda")
    return kind(parameters, config.learning_rate, weight_decay=config.weight_decay, fused=fused)

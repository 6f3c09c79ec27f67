"""The training loop as a stream of events.

The data set is one tensor in memory, a batch is an index into it, and augmentation works on whole batches. Validation
images come from the training images and choose the best epoch. The test images are scored once, at the end.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from typing import Any

from torch import Tensor

from model.data.datasets import DataSet
from model.language import _
from model.network.checkpoint import Checkpoint
from model.network.config import ModelConfig
from model.network.train_config import TrainConfig
from model.training.evaluation import compute_logits, evaluate, score
from model.training.events import (
    DIVERGED,
    EpochEnd,
    Event,
    Finished,
    Progress,
    SnapshotTaken,
    Started,
    TrainingDivergedError,
)
from model.training.schedule import snapshot_steps
from model.training.trainer import Trainer

STEPS_PER_PROGRESS = 10
"""Steps between two Progress events. Loss and accuracy are read from the device only then, because reading takes
time."""


def train(
    model_config: ModelConfig,
    config: TrainConfig,
    data: DataSet,
    initial: Checkpoint | None = None,
    *,
    snapshots: int = 0,
    stop: Callable[[], bool] = lambda: False,
) -> Iterator[Event]:
    """Train a network on `data`. Yields Started, then Progress, SnapshotTaken and EpochEnd, and at last Finished.

    initial: a checkpoint of the same architecture whose weights the training starts from; None starts from random
    weights. snapshots: the largest number of SnapshotTaken events, see `snapshot_steps`. stop: called after each
    Progress. If it returns True, Finished comes next with the best epoch so far; in the first epoch, with the present
    network. The consumer may also close the generator at any point.

    The same seed gives the same numbers on the same machine with the same number of threads; on CUDA only after
    `model.process.use_deterministic_kernels`. The order of the batches depends on the seed and the number of images
    only, so two trainings that differ in network or augmentation see the same images in the same order.

    Raises SettingsError if the device is absent or `initial` has another architecture, and TrainingDivergedError
    if the loss or the weights are no longer finite.
    """
    clock = _Clock()
    for event in _events(Trainer(model_config, config, data, initial), data, snapshots, stop, clock):
        with clock.paused():
            yield event


class _Clock:
    """Seconds of training, without the time in which the consumer handles an event."""

    def __init__(self) -> None:
        self._paused = 0.0

    def now(self) -> float:
        return time.perf_counter() - self._paused

    @contextmanager
    def paused(self) -> Iterator[None]:
        begin = time.perf_counter()
        yield
        self._paused += time.perf_counter() - begin


def _events(
    trainer: Trainer, data: DataSet, snapshots: int, stop: Callable[[], bool], clock: _Clock
) -> Iterator[Event]:
    begin = clock.now()
    config, parameters = trainer.config, trainer.network.parameter_count
    snapshot_at = snapshot_steps(trainer.steps_per_epoch, config.epochs, snapshots)
    yield Started(
        device=str(trainer.device),
        precision=str(trainer.precision).removeprefix("torch."),
        parameters=parameters,
        images=len(trainer.training),
        validation_images=len(trainer.validation),
        steps_per_epoch=trainer.steps_per_epoch,
    )
    if 0 in snapshot_at:
        yield trainer.snapshot()
    history: list[dict[str, Any]] = []
    best: Checkpoint | None = None
    best_rank = (-1.0, -math.inf)
    stopped = False
    for epoch in range(1, config.epochs + 1):
        epoch_begin = clock.now()
        train_loss, train_accuracy, stopped = yield from _epoch(trainer, epoch, snapshot_at, stop, clock)
        if stopped and best is not None:
            break  # this epoch is not complete, and the best one is
        seconds = clock.now() - epoch_begin
        validation = evaluate(trainer.averaged, trainer.validation) if len(trainer.validation) else None
        record: dict[str, Any] = {
            "epoch": epoch,
            "train_loss": train_loss,
            "train_accuracy": train_accuracy,
            "validation_loss": validation.loss if validation else None,
            "validation_accuracy": validation.accuracy if validation else None,
            "learning_rate": trainer.learning_rate,
            "seconds": round(seconds, 3),
        }
        history.append(record)
        now = trainer.checkpoint(
            best_epoch=epoch,
            validation_accuracy=record["validation_accuracy"],
            parameters=parameters,
            history=list(history),
        )
        if not all(tensor.isfinite().all() for tensor in now.weights.values()):
            raise _diverged(config, epoch, trainer.steps)
        # Without validation images there is nothing to choose by, and the last epoch is the best.
        rank = (validation.accuracy, -validation.loss) if validation else (float(epoch), 0.0)
        if rank > best_rank:
            best, best_rank = now, rank
        yield EpochEnd(**record, checkpoint=now, improved=best is now)
        if trainer.steps in snapshot_at:
            yield SnapshotTaken(trainer.steps, float(epoch), now, None)
        if stopped:
            break
    if best is None:  # TrainConfig demands one epoch at least
        raise RuntimeError("no epoch was run")
    yield _finish(trainer, data, best, history, clock.now() - begin, stopped=stopped)


def _epoch(
    trainer: Trainer, epoch: int, snapshot_at: frozenset[int], stop: Callable[[], bool], clock: _Clock
) -> Generator[Event, None, tuple[float, float, bool]]:
    """One pass over the training images; returns their mean loss and accuracy, and whether `stop` ended it early."""
    trainer.network.train()
    whole, recent, recent_begin = _Mean(), _Mean(), clock.now()
    batches = trainer.batches()
    for number, index in enumerate(batches, start=1):
        learning_rate = trainer.learning_rate
        loss, correct = trainer.step(index)
        recent.add(loss * len(index), correct, len(index))
        if number % STEPS_PER_PROGRESS == 0 or number == len(batches):
            mean_loss, accuracy = recent.values()
            if not math.isfinite(mean_loss):
                raise _diverged(trainer.config, epoch, trainer.steps)
            speed = recent.count / (clock.now() - recent_begin)
            yield Progress(epoch, trainer.steps, mean_loss, accuracy, learning_rate, speed, trainer.checkpoint)
            whole.add(mean_loss * recent.count, accuracy * recent.count, recent.count)
            recent, recent_begin = _Mean(), clock.now()
            if stop():
                return *whole.values(), True
        if trainer.steps in snapshot_at and number < len(batches):
            begin = clock.now()
            yield trainer.snapshot()
            recent_begin += clock.now() - begin
    return *whole.values(), False


class _Mean:
    """Mean loss and accuracy of images. The sums stay on the device until `values` reads them."""

    def __init__(self) -> None:
        self._loss: Tensor | float = 0.0
        self._correct: Tensor | float = 0.0
        self.count = 0

    def add(self, loss: Tensor | float, correct: Tensor | float, count: int) -> None:
        self._loss = self._loss + loss
        self._correct = self._correct + correct
        self.count += count

    def values(self) -> tuple[float, float]:
        return float(self._loss) / self.count, float(self._correct) / self.count


def _finish(
    trainer: Trainer, data: DataSet, best: Checkpoint, history: list[dict[str, Any]], seconds: float, *, stopped: bool
) -> Finished:
    network = trainer.network
    network.load_state_dict(dict(best.weights))
    test_logits = compute_logits(network, data.test.images.to(trainer.device)).cpu()
    test = score(test_logits, data.test.labels)
    results = {
        **best.metrics,
        "test_accuracy": test.accuracy,
        "test_loss": test.loss,
        "epochs": len(history),
        "train_seconds": round(seconds, 3),
        "device": str(trainer.device),
        "history": history,
    }
    return Finished(
        checkpoint=Checkpoint(network.config, trainer.config, best.weights, data.name, results),
        test=test,
        training=evaluate(network, trainer.training[: len(data.test)]),
        test_logits=test_logits,
        best_epoch=best.metrics["best_epoch"],
        seconds=seconds,
        stopped=stopped,
    )


def _diverged(config: TrainConfig, epoch: int, step: int) -> TrainingDivergedError:
    rate, less = (f"{value:g}" for value in (config.learning_rate, config.learning_rate / 10))
    return TrainingDivergedError(_(DIVERGED, epoch=epoch, step=step, rate=rate, less=less))

"""An estimate of how long a training takes, before it begins: its cost, and the speed of this machine."""

from __future__ import annotations

import itertools
import statistics
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

import torch

from model.data.datasets import DataSet, ImageSet
from model.network.config import ModelConfig
from model.network.device import choose_device
from model.network.layers import CLASSES, IMAGE_SIZE
from model.network.train_config import TrainConfig
from model.training.cost import forward_seconds, training_seconds
from model.training.events import Progress
from model.training.loop import STEPS_PER_PROGRESS, train
from model.training.trainer import SNAPSHOT_VALIDATION_IMAGES

Measured = Sequence[tuple[ModelConfig, TrainConfig, float]]
"""Finished trainings of this machine: their settings, and the images per second of their steps."""

_SIZES = {"mnist": (60_000, 10_000), "digits": (1_437, 360)}
"""Numbers of training and test images of each data set."""

_SCORED_SNAPSHOTS = 6
"""Snapshots within the first epoch that are scored on validation images."""

_PROBE = (
    ModelConfig(filters=(16, 32), dense_units=32),
    TrainConfig(
        epochs=50,
        averaging=0,
        rotation=0,
        shift=0,
        scale=0,
        aspect=0,
        shear=0,
        elastic=0,
        thickness=0,
        device="cpu",
    ),
)
_PROBE_SPEED = 10_000
"""Images per second of the probe on one thread of the reference machine."""

_PROBE_EVENTS = 6

_speeds: dict[str, float] = {}
_probe_lock = threading.Lock()


@dataclass(frozen=True)
class Estimate:
    """seconds: the whole training with validation and test. images_per_second: of its training steps."""

    seconds: float
    images_per_second: float

    @property
    def rounded_seconds(self) -> int:
        """The seconds, rounded to the accuracy of the estimate: 4, 35, 70 (1 min 10 s), 720 (12 min), 4800."""
        for limit, step in ((9.5, 1), (57.5, 5), (595, 10), (3570, 60)):
            if self.seconds < limit:
                return max(1, step * round(self.seconds / step))
        return 600 * round(self.seconds / 600)


def estimate(model: ModelConfig, config: TrainConfig, measured: Measured = ()) -> Estimate:
    """The time of this training on this machine if the machine does nothing else.

    The speed of this machine is the median over `measured` of real speed by predicted speed. If `measured` is empty, a
    short test training (the probe) measures it once per process, in 0.2 s. Raises SettingsError if the device is
    absent.
    """
    available, test = _SIZES[config.data]
    images = min(config.train_images, available)
    held_out = round(images * config.validation_share)
    training = max(1, images - held_out)
    step = training_seconds(model, config, training)
    scored = config.epochs * held_out + _SCORED_SNAPSHOTS * min(held_out, SNAPSHOT_VALIDATION_IMAGES)
    scored += test + min(test, training)
    speed = _speed(config, measured)
    return Estimate((config.epochs * training * step + scored * forward_seconds(model)) / speed, speed / step)


def _speed(config: TrainConfig, measured: Measured) -> float:
    """The speed of this machine divided by the speed of the reference machine."""
    if measured:
        return statistics.median(
            images_per_second * training_seconds(model, train_config, train_config.train_images)
            for model, train_config, images_per_second in measured
        )
    kind = choose_device(config.device).type
    with _probe_lock:  # two probes at once would slow each other down
        if kind not in _speeds:
            _speeds[kind] = _probe(kind) / _PROBE_SPEED
        return _speeds[kind]


def _probe(device: str) -> float:
    """Images per second of a short training on random images; the highest speed of a few moments.

    On the CPU only this thread's own time counts, so other work on the machine does not change the result. That is
    right in a process that computes with one thread, as the app does (`model.process.use_one_thread`).
    """
    model, config = _PROBE
    config = config.model_copy(update={"device": device})
    generator = torch.Generator().manual_seed(0)
    size = (4096, 1, IMAGE_SIZE, IMAGE_SIZE)
    images = ImageSet(
        torch.randint(256, size, dtype=torch.uint8, generator=generator),
        torch.randint(CLASSES, size[:1], generator=generator),
    )
    clock = time.thread_time if device == "cpu" else time.perf_counter
    moments: list[float] = []
    for event in train(model, config, DataSet("digits", images, images[:1])):
        if isinstance(event, Progress):
            moments.append(clock())
        if len(moments) == _PROBE_EVENTS:
            break
    shortest = min(after - before for before, after in itertools.pairwise(moments))
    return STEPS_PER_PROGRESS * config.batch_size / shortest

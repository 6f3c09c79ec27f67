"""How long a training takes, before it has begun.

The work for an image is counted from the table of layers: multiplications, numbers read and written, augmentation, and
what each step costs however few images it has. What a unit of each kind of work costs was fitted.
"""

from __future__ import annotations

import itertools
import math
import statistics
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

import torch

from model.data.datasets import DataSet, ImageSet
from model.language import _
from model.network.activations import ACTIVATIONS
from model.network.config import ModelConfig
from model.network.device import choose_device
from model.network.layers import CLASSES, IMAGE_SIZE, convolution_multiplications
from model.network.train_config import TrainConfig
from model.training.events import Progress
from model.training.loop import CHECK_PICTURES, STEPS_PER_EVENT, train

Measured = Sequence[tuple[ModelConfig, TrainConfig, float]]
"""Trainings of this machine that are over: their settings, and the images per second of their steps."""

_MICROSECONDS = {
    "products": 0.692,
    "first products": 6.01,
    "convolution": 782.0,
    "activation": 255.0,
    "curved": 411.0,
    "mish": 3580.0,
    "pooling": 522.0,
    "norm": 698.0,
    "dropout": 6850.0,
    "dense": 16.6,
    "warp": 1.04,
    "bend": 10.0,
    "thickness": 8.96,
    "step": 1200.0,
    "layer": 50.7,
    "parameter": 0.0,
    "averaged layer": 14.3,
}
_READING = 0.4


_PICTURES = {"mnist": (60_000, 10_000), "digits": (1_437, 360)}
"""Training and test pictures of each data set."""

_CHECKS = 6
"""Snapshots within the first epoch, each of which reads some validation pictures."""

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
"""Images per second of the probe on the machine of the fit, on one thread, where trainings have two."""

_PROBE_MOMENTS = 6

_speeds: dict[str, float] = {}
_probing = threading.Lock()


@dataclass(frozen=True)
class Estimate:
    """seconds: the whole training with its validation and the test at the end. images_per_second: of its steps."""

    seconds: float
    images_per_second: float

    @property
    def text(self) -> str:
        """The time as one says it, such as "about 1 min 10 s"."""
        return _("about {time}", time=duration(self.seconds))


def estimate(model: ModelConfig, config: TrainConfig, measured: Measured = ()) -> Estimate:
    """How long this training will take on this machine, with nothing else to do.

    `measured` gives the speed of this machine: the median of what it did to what was predicted. Where it is empty, a
    probe of about 0.2 s does, once in a process. Raises SettingsError where the device is absent.
    """
    available, test = _PICTURES[config.data]
    images = min(config.train_images, available)
    held_out = round(images * config.validation_share)
    training = max(1, images - held_out)
    step = _cost(model, config, training) / 1e6
    read = _READING * _cost_of_network(model) / 1e6
    reading = config.epochs * held_out + _CHECKS * min(held_out, CHECK_PICTURES) + test + min(test, training)
    speed = _speed(config, measured)
    return Estimate((config.epochs * training * step + reading * read) / speed, speed / step)


def duration(seconds: float) -> str:
    """A time to the accuracy of an estimate: 4 s, 35 s, 1 min 10 s, 12 min, 1 h 20 min."""
    if seconds < 57.5:
        return _("{seconds} s", seconds=max(1, round(seconds)) if seconds < 10 else 5 * round(seconds / 5))
    if seconds < 595:
        minutes, rest = divmod(10 * round(seconds / 10), 60)
        return _("{minutes} min {seconds} s", minutes=minutes, seconds=rest) if rest else _minutes(minutes)
    if seconds < 3570:
        return _minutes(round(seconds / 60))
    hours, minutes = divmod(10 * round(seconds / 600), 60)
    if minutes:
        return _("{hours} h {minutes} min", hours=f"{hours:,}", minutes=minutes)
    return _("{hours} h", hours=f"{hours:,}")


def _minutes(count: int) -> str:
    return _("{minutes} min", minutes=count)


def _speed(config: TrainConfig, measured: Measured) -> float:
    """How many times as fast as the machine of the fit this one is."""
    found = [
        speed * _cost(model, train_config, train_config.train_images) / 1e6 for model, train_config, speed in measured
    ]
    return statistics.median(found) if found else _probed(config.device)


def _probed(device: str) -> float:
    kind = choose_device(device).type
    with _probing:  # two at once would slow each other down
        if kind not in _speeds:
            _speeds[kind] = _probe(kind) / _PROBE_SPEED
        return _speeds[kind]


def _probe(device: str) -> float:
    """Images per second of a short training on random pictures, on one thread; the best of a few moments.

    On the processor it is the thread's own time that counts, which other work on the machine does not make longer.
    """
    model, config = _PROBE
    config = config.model_copy(update={"device": device})
    generator = torch.Generator().manual_seed(0)
    pictures = ImageSet(
        torch.randint(256, (4096, 1, IMAGE_SIZE, IMAGE_SIZE), dtype=torch.uint8, generator=generator),
        torch.randint(CLASSES, (4096,), generator=generator),
    )
    clock = time.thread_time if device == "cpu" else time.perf_counter
    threads = torch.get_num_threads()
    moments: list[float] = []
    torch.set_num_threads(1)
    try:
        for event in train(model, config, DataSet("digits", pictures, pictures[:1])):
            if isinstance(event, Progress):
                moments.append(clock())
            if len(moments) == _PROBE_MOMENTS:
                break
    finally:
        torch.set_num_threads(threads)
    shortest = min(after - before for before, after in itertools.pairwise(moments))
    return STEPS_PER_EVENT * config.batch_size / shortest


def _cost(model: ModelConfig, config: TrainConfig, images: int) -> float:
    """Microseconds of a training step for each of its images, on the machine of the fit."""
    batch = min(config.batch_size, images)
    return _cost_of_network(model) + _price(augmentation_work(config)) + _price(step_work(model, config)) / batch


def _cost_of_network(model: ModelConfig) -> float:
    return _price(network_work(model))


def _price(work: dict[str, float]) -> float:
    return sum(_MICROSECONDS[kind] * amount for kind, amount in work.items())


def network_work(model: ModelConfig) -> dict[str, float]:
    """What one image costs in the network, in millions of multiplications, or of numbers that go through a layer."""
    work = dict.fromkeys(("products", "first products", "convolution", "activation", "curved", "mish"), 0.0)
    work |= dict.fromkeys(("pooling", "norm", "dropout", "dense"), 0.0)
    activation = ACTIVATIONS[model.activation]
    layers = model.layers()
    for layer, after in zip(layers, [*layers[1:], None], strict=True):
        numbers = math.prod(layer.output) / 1e6
        if layer.kind == "convolution" and layer.kernel is not None:
            channels, (filters, height, width) = layer.input[0], layer.output
            products = convolution_multiplications(_blocks(channels), layer.kernel, _blocks(filters), height, width)
            first = channels == 1
            work["first products" if first else "products"] += products / 1e6
            work["convolution"] += _blocks(filters) * height * width / 1e6
            work["convolution"] += 0 if first else math.prod(layer.input) / 1e6
        elif layer.kind == "activation":
            if model.pooling == "max" and activation.monotone and after and after.kind == "pooling":
                # The network pools first, which leaves fewer numbers; see `model.network.cnn.ConvBlock`.
                numbers = math.prod(after.output) / 1e6
            work["activation"] += numbers
            work["curved"] += numbers * activation.curved
            work["mish"] += numbers * (model.activation == "mish")
        elif layer.kind == "pooling":
            work["pooling"] += math.prod(layer.input) / 1e6
        elif layer.kind == "dense":
            work["dense"] += layer.parameters / 1e6
        elif layer.kind in ("batch norm", "dropout"):
            work["norm" if layer.kind == "batch norm" else "dropout"] += numbers
    return work


def _blocks(channels: int) -> int:
    """Channels are computed sixteen at a time; a single one, the picture's, is on its own."""
    return channels if channels == 1 else 16 * math.ceil(channels / 16)


def augmentation_work(config: TrainConfig) -> dict[str, float]:
    """Which variations each image goes through."""
    return {
        "warp": float(any((config.rotation, config.shift, config.scale, config.aspect, config.shear, config.elastic))),
        "bend": float(config.elastic > 0),
        "thickness": (config.thickness > 0) + 0.5 * (config.thickness > 2),  # a second 3x3 maximum
    }


def step_work(model: ModelConfig, config: TrainConfig) -> dict[str, float]:
    """What a step costs however few images it has; parameters in millions."""
    layers = model.layers()
    return {
        "step": 1.0,
        "layer": float(len(layers)),
        "parameter": model.parameters / 1e6,
        "averaged layer": sum(layer.parameters > 0 for layer in layers) * float(config.averaging > 0),
    }

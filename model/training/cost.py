"""The cost of a training step: the amount of each kind of work, and its time.

The work for an image is counted from the table of layers: multiplications, numbers read and written, augmentation, and
a fixed amount for each step. The times were fitted to measured trainings on one machine, the reference machine.
"""

from __future__ import annotations

import math

from model.network.activations import ACTIVATIONS
from model.network.config import ModelConfig
from model.network.layers import convolution_multiplications
from model.network.train_config import TrainConfig

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
    "averaged layer": 14.3,
}
"""Microseconds of one unit of each kind of work in a training step, on the reference machine (AMX, two threads)."""

_FORWARD = 0.4
"""Time of a forward pass, as a share of a whole step."""


def training_seconds(model: ModelConfig, config: TrainConfig, images: int) -> float:
    """Seconds of a training step for each of its images, with `images` training images, on the reference machine."""
    batch = min(config.batch_size, images)
    per_image = _microseconds(_network_work(model)) + _microseconds(_augmentation_work(config))
    return (per_image + _microseconds(_step_work(model, config)) / batch) / 1e6


def forward_seconds(model: ModelConfig) -> float:
    """Seconds to read one image in a large batch, on the reference machine."""
    return _FORWARD * _microseconds(_network_work(model)) / 1e6


def _microseconds(work: dict[str, float]) -> float:
    return sum(_MICROSECONDS[kind] * amount for kind, amount in work.items())


def _network_work(model: ModelConfig) -> dict[str, float]:
    """The work for one image in the network, in millions of multiplications, or of numbers that go through a layer."""
    work = dict.fromkeys(("products", "first products", "convolution", "activation", "curved", "mish"), 0.0)
    work |= dict.fromkeys(("pooling", "norm", "dropout", "dense"), 0.0)
    activation = ACTIVATIONS[model.activation]
    layers = model.layers()
    for layer, after in zip(layers, [*layers[1:], None], strict=True):
        numbers = math.prod(layer.output) / 1e6
        if layer.kind == "convolution" and layer.kernel is not None:
            channels, (filters, height, width) = layer.input[0], layer.output
            products = convolution_multiplications(_padded(channels), layer.kernel, _padded(filters), height, width)
            first = channels == 1
            work["first products" if first else "products"] += products / 1e6
            work["convolution"] += _padded(filters) * height * width / 1e6
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


def _padded(channels: int) -> int:
    """Channels as they are computed, sixteen at a time; the single channel of the input image stays single."""
    return channels if channels == 1 else 16 * math.ceil(channels / 16)


def _augmentation_work(config: TrainConfig) -> dict[str, float]:
    """The kinds of augmentation of each image."""
    return {
        "warp": float(any((config.rotation, config.shift, config.scale, config.aspect, config.shear, config.elastic))),
        "bend": float(config.elastic > 0),
        "thickness": (config.thickness > 0) + 0.5 * (config.thickness > 2),  # a second 3x3 maximum
    }


def _step_work(model: ModelConfig, config: TrainConfig) -> dict[str, float]:
    """The work of a step that does not depend on its number of images."""
    layers = model.layers()
    return {
        "step": 1.0,
        "layer": float(len(layers)),
        "averaged layer": sum(layer.parameters > 0 for layer in layers) * float(config.averaging > 0),
    }

"""What a network costs when the same layers look at larger pictures, and at many of them."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass

import torch

from model.network.cnn import DigitCNN, example_input
from model.network.config import ModelConfig
from model.network.layers import CLASSES, IMAGE_SIZE, POOL_SIZE, POOLED_LAYERS

BACKWARD = 3
"""A training step costs about three forward passes: one forward, one each for the gradients of inputs and weights."""

_TIMED = 9


@dataclass(frozen=True)
class Work:
    """multiplications: for one picture. parameters: of the network, which its first dense layer decides."""

    multiplications: int
    parameters: int


def work(config: ModelConfig, height: int = IMAGE_SIZE, width: int = IMAGE_SIZE) -> Work:
    """The network of `config` built for pictures of that size, at least IMAGE_SIZE each: unpadded convolutions.

    Counts the products of convolutions and dense layers, as `model.theory.cnn.costs.costs` does for 28x28 pictures.
    """
    products = parameters = 0
    channels = 1
    for number, (filters, kernel) in enumerate(zip(config.filters, config.kernel_size, strict=True), start=1):
        height, width = height - kernel + 1, width - kernel + 1
        weights = channels * kernel**2 * filters
        products += weights * height * width
        parameters += weights + filters + (2 * filters if config.batch_norm else 0)
        channels = filters
        if config.pooling != "none" and number <= POOLED_LAYERS:
            height, width = height // POOL_SIZE, width // POOL_SIZE
    features = channels * height * width
    for units in (config.dense_units, CLASSES):
        products += features * units
        parameters += (features + 1) * units
        features = units
    return Work(products, parameters)


def seconds_per_reading(network: DigitCNN) -> float:
    """How long this machine takes for one 28x28 picture now, on one thread of PyTorch's: the median of a few."""
    taken = []
    with torch.inference_mode():
        for _time in range(_TIMED):
            begin = time.perf_counter()
            network(example_input())
            taken.append(time.perf_counter() - begin)
    return statistics.median(taken)

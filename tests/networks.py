"""Random networks and pictures, and a function that runs long work to its end, for the tests of several folders."""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeVar

import torch
from torch import Tensor, nn

from model.data.datasets import ImageSet
from model.network.cnn import DigitCNN
from model.network.config import ModelConfig

T = TypeVar("T")


def random_network(config: ModelConfig, seed: int = 0) -> DigitCNN:
    """A network in evaluation mode. Its batch norms have their own means and variances, as after a training."""
    generator = torch.Generator().manual_seed(seed)
    network = DigitCNN(config, generator)
    with torch.no_grad():
        for layer in network.modules():
            if isinstance(layer, nn.BatchNorm2d):
                assert layer.running_mean is not None
                assert layer.running_var is not None
                layer.running_mean.uniform_(-0.5, 0.5, generator=generator)
                layer.running_var.uniform_(0.5, 2, generator=generator)
                # Some factors are negative: then the order of norm and pooling matters.
                layer.weight.uniform_(-1.5, 1.5, generator=generator)
                layer.bias.uniform_(-0.5, 0.5, generator=generator)
    return network.eval()


def random_batch(count: int, seed: int = 0) -> Tensor:
    """float32 (count, 1, 28, 28) in [0, 1]."""
    return torch.rand(count, 1, 28, 28, generator=torch.Generator().manual_seed(seed))


def random_pictures(count: int, seed: int = 0) -> ImageSet:
    """A set of noise, labelled 0 to 9 in turn."""
    generator = torch.Generator().manual_seed(seed)
    images = torch.randint(0, 256, (count, 1, 28, 28), generator=generator, dtype=torch.uint8)
    return ImageSet(images, torch.arange(count) % 10)


def finish(work: Generator[float, None, T]) -> T:
    """The result of the work, whose progress must rise to 1."""
    shares = []
    while True:
        try:
            shares.append(next(work))
        except StopIteration as end:
            assert shares == sorted(shares)
            assert shares[-1] == 1
            return end.value  # type: ignore[no-any-return]

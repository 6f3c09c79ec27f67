"""Filter statistics: the lowest, highest and mean activations of every filter over a data set, and its top pictures."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from model.data.datasets import ImageSet, to_float
from model.inspection.activations import activation_name
from model.inspection.filters import blocks_of
from model.inspection.private_copy import private_copy
from model.inspection.sampling import BATCH, sample, seconds_per_picture
from model.network.cnn import DigitCNN
from model.network.layers import CLASSES

STRONGEST = 9
"""How many pictures are stored for each filter."""

DEAD_RANGE = 1e-6
"""A filter is dead when its activation varies by less than this over the whole data set."""

STATISTICS_SECONDS = 6.0
"""Time limit for the pass over a data set, in seconds as estimated by `seconds_per_picture`."""

_SLOWDOWN = 1.6
"""This pass also finds the extremes of every feature map; that makes it 1.6 times as slow as a plain pass."""


class Peak(NamedTuple):
    """A filter's highest activation in one picture: the picture's number, row and column of the map, and the value."""

    picture: int
    y: int
    x: int
    value: float


@dataclass(frozen=True)
class BlockStatistics:
    """Activations of one block's filters over a data set, after the activation function and before pooling.

    lowest, highest: float32 (filters,), over all pictures and positions. by_digit: float32 (10, filters), each digit's
    mean of the highest activation per picture; nan if the set has no such digit. strongest: for each filter up to
    STRONGEST peaks of different pictures, the strongest first.
    """

    lowest: Tensor
    highest: Tensor
    by_digit: Tensor
    strongest: tuple[tuple[Peak, ...], ...]

    @property
    def dead(self) -> Tensor:
        """Bool (filters,): the activation is practically the same for every picture at every position."""
        return self.highest - self.lowest < DEAD_RANGE


@dataclass(frozen=True)
class FilterStatistics:
    """count: how many pictures were read. blocks: one entry per convolutional block."""

    count: int
    blocks: tuple[BlockStatistics, ...]


def filter_statistics(network: DigitCNN, images: ImageSet) -> Generator[float, None, FilterStatistics]:
    """The statistics of all filters over a data set, in one pass.

    Yields the share done, from 0 to 1, and returns the FilterStatistics; a peak's picture is a row of `images`. Reads
    all pictures if the estimated time is within STATISTICS_SECONDS, otherwise a random sample with a fixed seed. Raises
    ValueError for an empty set.
    """
    if not len(images):
        raise ValueError("There are no pictures to read.")
    private = private_copy(network)
    chosen = sample(len(images), STATISTICS_SECONDS / (_SLOWDOWN * seconds_per_picture(private.config)))
    running = [_RunningStatistics(filters) for filters in private.config.filters]
    done = 0
    for rows in torch.split(chosen, BATCH):
        _add_batch(private, images, rows, running)
        done += len(rows)
        yield done / len(chosen)
    blocks = (_block_statistics(private, images, block, each) for block, each in enumerate(running))
    return FilterStatistics(len(chosen), tuple(blocks))


class _RunningStatistics:
    """Running statistics of one block."""

    def __init__(self, filters: int) -> None:
        self.lowest = torch.full((filters,), float("inf"))
        self.highest = torch.full((filters,), float("-inf"))
        self.sums = torch.zeros(CLASSES, filters, dtype=torch.float64)
        self.counts = torch.zeros(CLASSES)
        self.values = torch.empty(0, filters)  # (up to STRONGEST, filters), the largest maxima so far
        self.pictures = torch.empty(0, filters, dtype=torch.long)

    def add(self, maps: Tensor, rows: Tensor, labels: Tensor) -> None:
        """Activation maps (N, filters, H, W) of the pictures in these rows, with their labels (N,)."""
        maxima = maps.amax((2, 3))  # (N, filters)
        self.lowest = torch.minimum(self.lowest, maps.amin((0, 2, 3)))
        self.highest = torch.maximum(self.highest, maxima.amax(0))
        self.sums.index_add_(0, labels, maxima.double())
        self.counts += torch.bincount(labels, minlength=CLASSES)
        values = torch.cat((self.values, maxima))
        pictures = torch.cat((self.pictures, rows[:, None].expand_as(maxima)))
        self.values, order = values.topk(min(STRONGEST, len(values)), dim=0)
        self.pictures = pictures.gather(0, order)


@torch.inference_mode()  # not around a yield: the mode belongs to the thread, and other work may run between two steps
def _add_batch(network: DigitCNN, images: ImageSet, rows: Tensor, running: list[_RunningStatistics]) -> None:
    x = to_float(images.images[rows])
    labels = images.labels[rows]
    for block, (part, statistics) in enumerate(zip(blocks_of(network), running, strict=True)):
        for name, output in part.named_outputs(x):
            x = output
            if name == activation_name(block):
                statistics.add(output, rows, labels)


@torch.inference_mode()
def _block_statistics(network: DigitCNN, images: ImageSet, block: int, running: _RunningStatistics) -> BlockStatistics:
    """The finished statistics of a block. The place of each peak needs a second pass over the few top pictures."""
    top, back = torch.unique(running.pictures, return_inverse=True)  # (pictures,), (up to STRONGEST, filters)
    channels = torch.arange(running.pictures.shape[1])
    places = torch.empty_like(running.pictures)
    width = 0
    for start in range(0, len(top), BATCH):
        rows = top[start : start + BATCH]
        maps = _maps(network, block, to_float(images.images[rows]))
        width = maps.shape[3]
        highest = maps.flatten(2).argmax(2)  # (N, filters)
        inside = (back >= start) & (back < start + BATCH)
        places = torch.where(inside, highest[(back - start).clamp(0, len(rows) - 1), channels], places)
    strongest = tuple(
        tuple(
            Peak(picture, place // width, place % width, value)
            for picture, place, value in zip(
                running.pictures[:, channel].tolist(),
                places[:, channel].tolist(),
                running.values[:, channel].tolist(),
                strict=True,
            )
        )
        for channel in channels.tolist()
    )
    by_digit = (running.sums / running.counts[:, None]).float()
    return BlockStatistics(running.lowest.clone(), running.highest.clone(), by_digit, strongest)


def _maps(network: DigitCNN, block: int, x: Tensor) -> Tensor:
    """The block's activation maps before pooling, float32 (N, filters, H, W), for a batch of pictures."""
    parts = blocks_of(network)
    for part in parts[:block]:
        x = part(x)
    return dict(parts[block].named_outputs(x))[activation_name(block)]

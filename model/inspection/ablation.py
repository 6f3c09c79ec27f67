"""What a network loses without some of its filters.

A silenced filter's output, after activation and pooling, is zero everywhere, so the next layer hears nothing from it.
The network itself is never touched. Blocks and channels count from 0, as in `network.blocks`.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from model.data.datasets import ImageSet, to_float
from model.inspection.activations import (
    BATCH,
    blocks_of,
    require_evaluation_mode,
    sample,
    seconds_per_picture,
    working_copy,
)
from model.network.cnn import DigitCNN
from model.network.layers import CLASSES

SCORE_SECONDS = 1.4
"""About how long one score may take on one thread; a network that is too large for that is scored on a part."""

RANK_SECONDS = 9.0

Silenced = Mapping[int, Sequence[int]]
"""Channels by block."""


@dataclass(frozen=True)
class DigitScore:
    """How well a set is read. right, count: int64 (10,), pictures of each digit. loss: mean cross-entropy in nats."""

    right: Tensor
    count: Tensor
    loss: float

    @property
    def pictures(self) -> int:
        """How many pictures were read."""
        return int(self.count.sum())

    @property
    def accuracy(self) -> float:
        """Share of all pictures read correctly, 0 to 1."""
        return int(self.right.sum()) / self.pictures

    @property
    def by_digit(self) -> Tensor:
        """float32 (10,): share of each digit's pictures read correctly; nan where there are none."""
        return self.right / self.count


@dataclass(frozen=True)
class Ranking:
    """What each filter of a block carries. before: the whole network. without: one score per silenced filter."""

    before: DigitScore
    without: tuple[DigitScore, ...]

    @property
    def accuracy_lost(self) -> list[float]:
        """How far the accuracy falls without each filter, as a share: 0.01 is one percentage point; may be negative."""
        return [self.before.accuracy - score.accuracy for score in self.without]


@torch.inference_mode()
def silenced_logits(network: DigitCNN, x: Tensor, silenced: Silenced) -> Tensor:
    """float32 logits (N, 10) for float32 (N, 1, 28, 28) in [0, 1], with those channels silenced.

    Raises ValueError for a network in training mode and for a block or channel that it does not have.
    """
    require_evaluation_mode(network)
    _check(network, silenced)
    return _logits(network, x, silenced)


def score_silenced(network: DigitCNN, images: ImageSet, silenced: Silenced) -> Generator[float, None, DigitScore]:
    """The score of a labelled set with those channels silenced; with none of them, that of the network as it is.

    Yields its progress, returns the DigitScore. Reads all pictures where that takes about SCORE_SECONDS, else a random
    part that is the same for every set of channels. Raises ValueError for an empty set and as `silenced_logits` does.
    """
    _check(network, silenced)
    private = working_copy(network)
    numbers = _pictures(images, SCORE_SECONDS / seconds_per_picture(private.config))
    tally = _Tally()
    done = 0
    for part in torch.split(numbers, BATCH):
        with torch.inference_mode():  # closed before each yield: the mode belongs to the thread, not to this generator
            tally.add(_logits(private, to_float(images.images[part]), silenced), images.labels[part])
        done += len(part)
        yield done / len(numbers)
    return tally.score()


def rank(network: DigitCNN, block: int, images: ImageSet) -> Generator[float, None, Ranking]:
    """How much each filter of a block carries: the score of a labelled set without it, one filter at a time.

    Yields its progress, returns the Ranking. What comes before the block is computed once per picture. Reads all
    pictures where that takes about RANK_SECONDS, else a random part with a fixed seed. Raises ValueError for an empty
    set or a block that is not there.
    """
    _check(network, {block: ()})
    private = working_copy(network)
    config = private.config
    filters = config.filters[block]
    each = seconds_per_picture(config) + filters * seconds_per_picture(config, start=block + 1)
    numbers = _pictures(images, RANK_SECONDS / each)
    before = _Tally()
    without = [_Tally() for _ in range(filters)]
    done = 0
    for part in torch.split(numbers, BATCH):
        labels = images.labels[part]
        with torch.inference_mode():
            x = to_float(images.images[part])
            for stage in blocks_of(private)[: block + 1]:
                x = stage(x)
            before.add(_logits(private, x, {}, start=block + 1), labels)
            for channel, tally in enumerate(without):
                kept = x[:, channel].clone()
                x[:, channel] = 0
                tally.add(_logits(private, x, {}, start=block + 1), labels)
                x[:, channel] = kept
        done += len(part)
        yield done / len(numbers)
    return Ranking(before.score(), tuple(tally.score() for tally in without))


class _Tally:
    """A score in the making."""

    def __init__(self) -> None:
        self.right = torch.zeros(CLASSES, dtype=torch.long)
        self.count = torch.zeros(CLASSES, dtype=torch.long)
        self.loss = 0.0

    def add(self, logits: Tensor, labels: Tensor) -> None:
        self.right += torch.bincount(labels[logits.argmax(1) == labels], minlength=CLASSES)
        self.count += torch.bincount(labels, minlength=CLASSES)
        self.loss += float(F.cross_entropy(logits, labels, reduction="sum"))

    def score(self) -> DigitScore:
        return DigitScore(self.right.clone(), self.count.clone(), self.loss / int(self.count.sum()))


def _logits(network: DigitCNN, x: Tensor, silenced: Silenced, start: int = 0) -> Tensor:
    """Logits from the input of block `start` on; call it in inference mode, where x is nobody else's."""
    for number, block in enumerate(blocks_of(network)[start:], start):
        x = block(x)
        channels = silenced.get(number)
        if channels:
            x[:, list(channels)] = 0
    return network.output(network.activation(network.dense(x.flatten(1))))  # type: ignore[no-any-return]


def _pictures(images: ImageSet, wanted: float) -> Tensor:
    if not len(images):
        raise ValueError("There are no pictures to score.")
    return sample(len(images), wanted)


def _check(network: DigitCNN, silenced: Silenced) -> None:
    filters = network.config.filters
    for block, channels in silenced.items():
        if not 0 <= block < len(filters):
            raise ValueError(f"This network has {len(filters)} convolutional layers, so there is no block {block}.")
        wrong = [channel for channel in channels if not 0 <= channel < filters[block]]
        if wrong:
            raise ValueError(f"Block {block} has {filters[block]} filters, so there is no channel {wrong[0]}.")

"""Filter ablation: the logits and the accuracy of a network when some of its filters are switched off.

The output of a filter that is switched off is zero everywhere after activation and pooling. The network itself is not
changed. Blocks and channels count from 0, as in `network.blocks`.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from model.data.datasets import ImageSet, to_float
from model.inspection.filters import blocks_of
from model.inspection.private_copy import private_copy, require_evaluation_mode
from model.inspection.sampling import BATCH, sample, seconds_per_picture
from model.network.cnn import DigitCNN
from model.network.layers import CLASSES

SCORE_SECONDS = 0.9
"""Time limit of one score, in seconds as estimated by `seconds_per_picture`. The Filters page needs two scores in 3
s."""

SwitchedOff = Mapping[int, Sequence[int]]
"""The channels that are switched off, by block."""


@dataclass(frozen=True)
class DigitScore:
    """How well a network reads a labelled set.

    right, count: int64 (10,), pictures of each digit that are read correctly, and all of them. loss: mean
    cross-entropy in nats.
    """

    right: Tensor
    count: Tensor
    loss: float

    @property
    def pictures(self) -> int:
        """How many pictures were read."""
        return int(self.count.sum())

    @property
    def accuracy(self) -> float:
        """Share of all pictures that are read correctly, 0 to 1."""
        return int(self.right.sum()) / self.pictures

    @property
    def by_digit(self) -> Tensor:
        """float32 (10,): share of each digit's pictures that are read correctly; nan for a digit without pictures."""
        return self.right / self.count


class RunningScore:
    """Sums from which a DigitScore is made after the last batch."""

    def __init__(self) -> None:
        self.right = torch.zeros(CLASSES, dtype=torch.long)
        self.count = torch.zeros(CLASSES, dtype=torch.long)
        self.loss = 0.0

    def add(self, logits: Tensor, labels: Tensor) -> None:
        """One batch: float32 (N, 10) and int64 (N,)."""
        self.right += torch.bincount(labels[logits.argmax(1) == labels], minlength=CLASSES)
        self.count += torch.bincount(labels, minlength=CLASSES)
        self.loss += float(F.cross_entropy(logits, labels, reduction="sum"))

    def score(self) -> DigitScore:
        """The score of all batches so far."""
        return DigitScore(self.right.clone(), self.count.clone(), self.loss / int(self.count.sum()))


@torch.inference_mode()
def ablated_logits(network: DigitCNN, x: Tensor, switched_off: SwitchedOff) -> Tensor:
    """float32 logits (N, 10) for float32 (N, 1, 28, 28) in [0, 1], with those filters switched off.

    Raises ValueError for a network in training mode and for a block or channel that it does not have.
    """
    require_evaluation_mode(network)
    check_filters(network, switched_off)
    return _logits(network, x, switched_off)


def score_ablated(network: DigitCNN, images: ImageSet, switched_off: SwitchedOff) -> Generator[float, None, DigitScore]:
    """The score on a labelled set with those filters switched off.

    An empty mapping gives the score of the whole network.
    Yields the share done, from 0 to 1. Returns the DigitScore. Reads all pictures if the estimated time is within
    SCORE_SECONDS, otherwise a random sample, which is the same for every choice of filters. Raises ValueError for an
    empty set and for a block or channel that the network does not have.
    """
    check_filters(network, switched_off)
    private = private_copy(network)
    rows = rows_within(images, SCORE_SECONDS / seconds_per_picture(private.config))
    running = RunningScore()
    done = 0
    for part in torch.split(rows, BATCH):
        with torch.inference_mode():  # not around the yield: the mode belongs to the thread, not to this generator
            running.add(_logits(private, to_float(images.images[part]), switched_off), images.labels[part])
        done += len(part)
        yield done / len(rows)
    return running.score()


def check_filters(network: DigitCNN, channels_of: SwitchedOff) -> None:
    """Raises ValueError for a block or channel that the network does not have."""
    filters = network.config.filters
    for block, channels in channels_of.items():
        if not 0 <= block < len(filters):
            raise ValueError(f"This network has {len(filters)} convolutional layers, so there is no block {block}.")
        wrong = [channel for channel in channels if not 0 <= channel < filters[block]]
        if wrong:
            raise ValueError(f"Block {block} has {filters[block]} filters, so there is no channel {wrong[0]}.")


def rows_within(images: ImageSet, wanted: float) -> Tensor:
    """int64: the rows of the `sample` that is read. Raises ValueError for an empty set."""
    if not len(images):
        raise ValueError("There are no pictures to score.")
    return sample(len(images), wanted)


def _logits(network: DigitCNN, x: Tensor, switched_off: SwitchedOff) -> Tensor:
    for number, block in enumerate(blocks_of(network)):
        x = block(x)
        channels = switched_off.get(number)
        if channels:
            x[:, list(channels)] = 0  # safe: a block never returns its input, so this is not the caller's tensor
    return network.from_block(x, len(network.blocks))

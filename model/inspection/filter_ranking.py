"""Filter ranking: the accuracy that a network loses when one filter is switched off, for each filter of a block."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import torch

from model.data.datasets import ImageSet, to_float
from model.inspection.ablation import DigitScore, RunningScore, check_filters, rows_within
from model.inspection.filters import blocks_of
from model.inspection.private_copy import private_copy
from model.inspection.sampling import BATCH, seconds_per_picture
from model.network.cnn import DigitCNN

RANKING_SECONDS = 9.0
"""Time limit for the ranking of one block, in seconds as estimated by `seconds_per_picture`."""


@dataclass(frozen=True)
class FilterRanking:
    """before: the score of the whole network. without: for each filter, the score with only that filter off."""

    before: DigitScore
    without: tuple[DigitScore, ...]

    @property
    def accuracy_lost(self) -> list[float]:
        """For each filter, the accuracy that is lost without it: 0.01 is one percentage point; may be negative."""
        return [self.before.accuracy - score.accuracy for score in self.without]


def rank_filters(network: DigitCNN, block: int, images: ImageSet) -> Generator[float, None, FilterRanking]:
    """The scores on a labelled set with each filter of a block (counted from 0) switched off, one at a time.

    Yields the share done, from 0 to 1, and returns the FilterRanking. The layers before the block are computed once per
    picture. Reads all pictures if the estimated time is within RANKING_SECONDS, otherwise a random sample with a fixed
    seed. Raises ValueError for an empty set or a block that the network does not have.
    """
    check_filters(network, {block: ()})
    private = private_copy(network)
    config = private.config
    filters = config.filters[block]
    seconds = seconds_per_picture(config) + filters * seconds_per_picture(config, start=block + 1)
    rows = rows_within(images, RANKING_SECONDS / seconds)
    before = RunningScore()
    without = [RunningScore() for _ in range(filters)]
    done = 0
    for part in torch.split(rows, BATCH):
        labels = images.labels[part]
        with torch.inference_mode():  # not around the yield: the mode belongs to the thread, not to this generator
            x = to_float(images.images[part])
            for stage in blocks_of(private)[: block + 1]:
                x = stage(x)
            before.add(private.from_block(x, block + 1), labels)
            for channel, running in enumerate(without):
                kept = x[:, channel].clone()
                x[:, channel] = 0
                running.add(private.from_block(x, block + 1), labels)
                x[:, channel] = kept
        done += len(part)
        yield done / len(rows)
    return FilterRanking(before.score(), tuple(running.score() for running in without))

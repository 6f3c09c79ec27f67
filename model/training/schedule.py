"""The schedule of a training: the learning rate of each step, and the steps after which there is a snapshot."""

from __future__ import annotations

import math

from model.network.train_config import TrainConfig

MAX_SNAPSHOTS = 24
"""The largest number of snapshots of one training, however long it is."""

_FIRST_EPOCH_SHARES = (1 / 64, 1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2)
"""Shares of the first epoch after which there is a snapshot. The network changes most in its first steps."""

_WARM_UP = 0.25
"""Share of a one-cycle schedule in which the learning rate rises."""


def learning_rate_at(config: TrainConfig, progress: float) -> float:
    """The learning rate after the share `progress` (0 to 1) of all steps.

    one-cycle: rises in a line from a tenth to the full rate over the first quarter, then falls in a line to 0 (after
    Smith, "A disciplined approach to neural network hyper-parameters", 2018). cosine: falls along half a cosine from
    the full rate to 0. constant: always the full rate.
    """
    if config.schedule == "constant":
        return config.learning_rate
    if config.schedule == "cosine":
        return config.learning_rate * (1 + math.cos(math.pi * min(progress, 1.0))) / 2
    if progress < _WARM_UP:
        return config.learning_rate * (0.1 + 0.9 * progress / _WARM_UP)
    return config.learning_rate * max(0.0, 1 - progress) / (1 - _WARM_UP)


def snapshot_steps(steps_per_epoch: int, epochs: int, most: int = MAX_SNAPSHOTS) -> frozenset[int]:
    """The steps after which there is a snapshot: at the start, within the first epoch, and at the end of epochs.

    There are at most `most` of them; 0 gives none. In a long training the epochs are evenly spaced and include the last
    one.
    """
    early = sorted({0, *(round(share * steps_per_epoch) for share in _FIRST_EPOCH_SHARES)})
    room = max(1, most - len(early))
    spaced = {round(1 + number * (epochs - 1) / max(1, room - 1)) for number in range(room)}
    ends = [steps_per_epoch * epoch for epoch in spaced if epoch <= epochs] if room > 1 else [steps_per_epoch * epochs]
    later = sorted({*early, *ends} - {0})
    return frozenset([0, *later[1 - most :]] if most > 1 else [steps_per_epoch * epochs][:most])

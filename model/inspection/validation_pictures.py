"""The pictures for ranking filters: validation pictures, never test pictures."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

import torch

from model.data.datasets import DataSet, ImageSet, split
from model.network.checkpoint import Checkpoint

REPLACEMENT_COUNT = 3_000
"""Training pictures that replace missing validation pictures: as many as the default training holds out."""

_SEED = 0


class Origin(Enum):
    """Where validation pictures come from."""

    HELD_OUT = auto()
    """The network's training held them out: the network did not learn from them."""

    OTHER_DATA = auto()
    """The network was trained on another data set, so all training pictures are new to it: a random part of them."""

    TRAINED_ON = auto()
    """The network's training held out nothing: a random part of the pictures that it learned from."""


@dataclass(frozen=True)
class ValidationPictures:
    """Labelled pictures for ranking filters, and their origin."""

    images: ImageSet
    origin: Origin


def validation_pictures(checkpoint: Checkpoint, data: DataSet) -> ValidationPictures:
    """The pictures that the network's training held out, by the `split` of its own settings.

    If there are none, up to REPLACEMENT_COUNT random training pictures of `data` with a fixed seed; see Origin. Test
    pictures are never among them: a choice made by test pictures would make the test accuracy look too good.
    """
    train = checkpoint.train
    if checkpoint.data != data.name:
        return ValidationPictures(_random_part(data.train), Origin.OTHER_DATA)
    learned, held_out = split(data.train, train.train_images, train.validation_share, train.seed)
    if not len(held_out):
        return ValidationPictures(_random_part(learned), Origin.TRAINED_ON)
    return ValidationPictures(held_out, Origin.HELD_OUT)


def _random_part(images: ImageSet) -> ImageSet:
    order = torch.randperm(len(images), generator=torch.Generator().manual_seed(_SEED))
    return images[order[:REPLACEMENT_COUNT]]

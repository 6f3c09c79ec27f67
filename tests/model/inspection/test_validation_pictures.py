"""Filters are ranked by pictures that the training held out, never by test pictures."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch

from model.data.datasets import DataSet, ImageSet, split
from model.inspection.validation_pictures import Origin, validation_pictures
from model.network.checkpoint import Checkpoint
from model.network.config import ModelConfig
from model.network.train_config import TrainConfig
from tests.model.inspection.helpers import frozen_network


def checkpoint_with(data: str = "digits", **settings: Any) -> Checkpoint:
    config = ModelConfig(filters=(2,), dense_units=4)
    return Checkpoint(config, TrainConfig(**settings), frozen_network(config).state_dict(), data)


def keys(images: ImageSet) -> set[bytes]:
    """The pictures as a set of their bytes."""
    return {picture.numpy().tobytes() for picture in images.images}


def test_they_are_the_pictures_that_the_training_held_out(digits: DataSet) -> None:
    found = validation_pictures(checkpoint_with(train_images=500, validation_share=0.2, seed=7), digits)
    _, held_out = split(digits.train, 500, 0.2, 7)
    assert found.origin is Origin.HELD_OUT
    assert torch.equal(found.images.images, held_out.images)
    assert torch.equal(found.images.labels, held_out.labels)
    assert len(found.images) == 100


def test_a_network_of_another_data_set_gets_training_pictures(digits: DataSet) -> None:
    found = validation_pictures(checkpoint_with("mnist"), digits)
    assert found.origin is Origin.OTHER_DATA
    assert keys(found.images) <= keys(digits.train)
    again = validation_pictures(checkpoint_with("mnist", seed=5), digits)
    assert torch.equal(found.images.images, again.images.images)


def test_a_training_that_held_out_nothing_is_validated_by_pictures_that_it_learned_from(digits: DataSet) -> None:
    found = validation_pictures(checkpoint_with(train_images=300, validation_share=0), digits)
    learned, _ = split(digits.train, 300, 0, 0)
    assert found.origin is Origin.TRAINED_ON
    assert keys(found.images) == keys(learned)


def test_replacements_are_limited_to_3000_pictures(digits: DataSet) -> None:
    rows = torch.arange(4000) % len(digits.train)
    large = replace(digits, train=digits.train[rows])
    assert len(validation_pictures(checkpoint_with("mnist"), large).images) == 3000


def test_validation_pictures_contain_no_test_pictures(digits: DataSet) -> None:
    swapped = replace(digits, test=digits.test[:1])
    for checkpoint in (checkpoint_with(), checkpoint_with("mnist"), checkpoint_with(validation_share=0)):
        found = validation_pictures(checkpoint, digits)
        assert len(found.images) > 0
        assert torch.equal(found.images.images, validation_pictures(checkpoint, swapped).images.images)

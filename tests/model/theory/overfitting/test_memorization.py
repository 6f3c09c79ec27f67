"""A small network memorizes a few pictures, in a real training."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from model.data.datasets import DataSet, to_float
from model.theory.overfitting.memorization import (
    EPOCHS,
    EVERY,
    PICTURES,
    VALIDATION,
    LearningCurve,
    MemorizationData,
    memorization_data,
    memorize,
)


@pytest.fixture(scope="module")
def data(digits: DataSet) -> MemorizationData:
    return memorization_data(digits.train)


@pytest.fixture(scope="module")
def plain(data: MemorizationData) -> LearningCurve:
    return memorize(data, 50, 64, 0.0, 0.0)


def test_no_picture_is_in_both_sets(data: MemorizationData) -> None:
    assert data.validation.shape == (VALIDATION, 1, 28, 28)
    assert len(data.pool) == PICTURES[-1]
    distances = torch.cdist(data.pool.flatten(1), data.validation.flatten(1))
    assert float(distances.min()) > 0


def test_few_pictures_are_memorized(plain: LearningCurve) -> None:
    assert plain.epochs == tuple(range(0, EPOCHS + 1, EVERY))
    assert plain.accuracy[0] < 0.3
    assert plain.accuracy[-1] == 1.0
    assert plain.loss[-1] < 0.01
    assert plain.gap > 0.1
    assert plain.gap == plain.accuracy[-1] - plain.validation_accuracy[-1]
    assert plain.validation_loss[plain.best] == min(plain.validation_loss)
    assert plain.validation_loss[-1] > plain.validation_loss[plain.best]


def test_more_pictures_and_weight_decay_help(data: MemorizationData, plain: LearningCurve) -> None:
    assert memorize(data, 400, 64, 0.0, 0.0).gap < plain.gap
    assert memorize(data, 50, 64, 10.0, 0.0).validation_loss[-1] < plain.validation_loss[-1]
    assert memorize(data, 50, 64, 0.0, 0.5).loss != plain.loss


def test_the_same_settings_give_the_same_curve(data: MemorizationData, plain: LearningCurve) -> None:
    assert memorize(data, 50, 64, 0.0, 0.0) == plain


def test_the_validation_pictures_do_not_change_the_training(data: MemorizationData, plain: LearningCurve) -> None:
    blind = replace(data, validation=torch.zeros_like(data.validation))
    found = memorize(blind, 50, 64, 0.0, 0.0)
    assert found.loss == plain.loss
    assert found.validation_loss != plain.validation_loss


def test_too_few_pictures_are_refused(digits: DataSet) -> None:
    with pytest.raises(ValueError, match="At least 900 training pictures"):
        memorization_data(digits.train[:300])
    assert to_float(digits.train.images).max() <= 1

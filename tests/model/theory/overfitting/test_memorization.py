"""A small network learns few pictures by heart, in a real training."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from model.data.datasets import DataSet, to_float
from model.theory.overfitting.memorization import EPOCHS, EVERY, PICTURES, VALIDATION, Curve, Task, learn, task


@pytest.fixture(scope="module")
def given_(digits: DataSet) -> Task:
    return task(digits.train)


@pytest.fixture(scope="module")
def plain(given_: Task) -> Curve:
    return learn(given_, 50, 64, 0.0, 0.0)


def test_no_picture_is_in_both_sets(given_: Task) -> None:
    assert given_.validation.shape == (VALIDATION, 1, 28, 28)
    assert len(given_.pool) == PICTURES[-1]
    distances = torch.cdist(given_.pool.flatten(1), given_.validation.flatten(1))
    assert float(distances.min()) > 0


def test_few_pictures_are_learned_by_heart(plain: Curve) -> None:
    assert plain.epochs == tuple(range(0, EPOCHS + 1, EVERY))
    assert plain.accuracy[0] < 0.3
    assert plain.accuracy[-1] == 1.0
    assert plain.loss[-1] < 0.01
    assert plain.gap > 0.1
    assert plain.gap == plain.accuracy[-1] - plain.validation_accuracy[-1]
    assert plain.validation_loss[plain.best] == min(plain.validation_loss)
    assert plain.validation_loss[-1] > plain.validation_loss[plain.best]


def test_more_pictures_and_weight_decay_help(given_: Task, plain: Curve) -> None:
    assert learn(given_, 400, 64, 0.0, 0.0).gap < plain.gap
    assert learn(given_, 50, 64, 10.0, 0.0).validation_loss[-1] < plain.validation_loss[-1]
    assert learn(given_, 50, 64, 0.0, 0.5).loss != plain.loss


def test_the_same_settings_give_the_same_curve(given_: Task, plain: Curve) -> None:
    assert learn(given_, 50, 64, 0.0, 0.0) == plain


def test_the_validation_pictures_do_not_change_the_training(given_: Task, plain: Curve) -> None:
    blind = replace(given_, validation=torch.zeros_like(given_.validation))
    found = learn(blind, 50, 64, 0.0, 0.0)
    assert found.loss == plain.loss
    assert found.validation_loss != plain.validation_loss


def test_too_few_pictures_are_refused(digits: DataSet) -> None:
    with pytest.raises(ValueError, match="At least 900 training pictures"):
        task(digits.train[:300])
    assert to_float(digits.train.images).max() <= 1

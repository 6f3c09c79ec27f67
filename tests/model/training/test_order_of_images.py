"""The order of the training images, and shuffled labels."""

from __future__ import annotations

import torch

from model.data.datasets import DataSet
from model.network.checkpoint import Checkpoint
from model.network.config import ModelConfig
from model.network.train_config import TrainConfig
from model.training.loop import train
from model.training.trainer import Trainer
from tests.conftest import SMALL_NETWORK
from tests.model.training.trainings import WITHOUT_AUGMENTATION, brief, epochs_of, finish, settings


def labels_in_order(config: TrainConfig, data: DataSet, network: ModelConfig = SMALL_NETWORK) -> list[list[int]]:
    """The labels of every batch of two epochs."""
    trainer, found = Trainer(network, config, data), []
    for _ in range(2):
        for index in trainer.batches():
            trainer.step(index)
            found.append(trainer.training.labels[index].tolist())
    return found


def test_the_order_of_the_images_depends_on_the_seed_only(digits: DataSet) -> None:
    plain = labels_in_order(brief(**WITHOUT_AUGMENTATION), digits)
    assert len(plain) == 2 * 4
    assert plain[:4] != plain[4:], "another order in each epoch"
    assert labels_in_order(brief(elastic=1.0, thickness=1.0), digits) == plain
    with_dropout = SMALL_NETWORK.model_copy(update={"dropout": 0.5})
    assert labels_in_order(brief(optimizer="sgd"), digits, with_dropout) == plain
    assert labels_in_order(brief(seed=1), digits) != plain


def test_shuffled_labels_are_the_same_labels_on_other_training_images(digits: DataSet) -> None:
    config = brief(train_images=400)
    plain, shuffled, again, other = (
        Trainer(SMALL_NETWORK, config.model_copy(update=changes), digits).training
        for changes in (
            {},
            {"shuffle_labels": True},
            {"shuffle_labels": True},
            {"shuffle_labels": True, "seed": 1},
        )
    )
    assert torch.equal(plain.images, shuffled.images)
    assert plain.labels.sort().values.equal(shuffled.labels.sort().values)
    assert (plain.labels == shuffled.labels).float().mean() < 0.25, "one in ten is right by chance"
    assert torch.equal(shuffled.labels, again.labels)
    assert not torch.equal(shuffled.labels, other.labels)


def test_validation_images_keep_their_labels(digits: DataSet, small_checkpoint: Checkpoint) -> None:
    config = brief(shuffle_labels=True, train_images=400, validation_share=0.5, learning_rate=1e-7)
    end = epochs_of(list(train(SMALL_NETWORK, config, digits, small_checkpoint)))[0]
    assert end.train_accuracy < 0.3
    assert end.validation_accuracy is not None
    assert end.validation_accuracy > 0.6


def test_shuffled_labels_do_not_help_to_read_the_test_images(digits: DataSet) -> None:
    test_labels = digits.test.labels.clone()
    assert finish(settings(epochs=3, shuffle_labels=True), digits).test.accuracy < 0.3
    assert torch.equal(digits.test.labels, test_labels)

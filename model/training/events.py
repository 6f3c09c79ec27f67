"""The events that a training yields, and the error that ends it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor

from model.language import N_
from model.network.checkpoint import Checkpoint
from model.training.evaluation import Score

DIVERGED = N_(
    "The loss is no longer a number (epoch {epoch}, step {step}); try a learning rate below {rate}, such as {less}."
)
"""The message of TrainingDivergedError."""


class TrainingDivergedError(RuntimeError):
    """The loss is no longer a number. The message names the setting to change."""


@dataclass(frozen=True)
class Started:
    """The training is ready for its first step.

    device: such as "cpu" or "cuda". precision: "float32" or "bfloat16". parameters: of the network. images: number of
    training images, without validation_images, those held out for validation. steps_per_epoch: number of batches.
    """

    device: str
    precision: str
    parameters: int
    images: int
    validation_images: int
    steps_per_epoch: int


@dataclass(frozen=True)
class Progress:
    """Means over the training steps since the last Progress.

    step: counted from 1 through all epochs. loss: in nats. accuracy: 0 to 1. network: returns a copy of the present
    network; call it before you take the next event.
    """

    epoch: int
    step: int
    loss: float
    accuracy: float
    learning_rate: float
    images_per_second: float
    network: Callable[[], Checkpoint]


@dataclass(frozen=True)
class SnapshotTaken:
    """A copy of the network after `step` steps; step 0 is the network before training.

    epoch: epochs done, with its fraction. validation: the score on the first SNAPSHOT_VALIDATION_IMAGES validation
    images. It is None at the end of an epoch, where EpochEnd has the score on all of them, and where no images are held
    out.
    """

    step: int
    epoch: float
    checkpoint: Checkpoint
    validation: Score | None


@dataclass(frozen=True)
class EpochEnd:
    """One epoch is over. Losses are in nats, accuracies from 0 to 1.

    train_loss, train_accuracy: means over the augmented batches of this epoch. validation_loss, validation_accuracy:
    None if no images are held out. learning_rate: that of the next step. seconds: the epoch without the validation
    at its end and without the time in which the consumer held an event. checkpoint: a copy of the present network.
    improved: whether it is the best network so far.
    """

    epoch: int
    train_loss: float
    train_accuracy: float
    validation_loss: float | None
    validation_accuracy: float | None
    learning_rate: float
    seconds: float
    checkpoint: Checkpoint
    improved: bool


@dataclass(frozen=True)
class Finished:
    """The training is over.

    checkpoint: the network of the best epoch; its metrics hold the results and the history of all epochs. test: its
    score on the test images. training: its score on as many training images, without augmentation. test_logits: float32
    (N, 10) on the CPU, for the test images. seconds: the whole training without the test. stopped: whether `stop` ended
    it early.
    """

    checkpoint: Checkpoint
    test: Score
    training: Score
    test_logits: Tensor
    best_epoch: int
    seconds: float
    stopped: bool


Event = Started | Progress | SnapshotTaken | EpochEnd | Finished

"""The events of a training: what the loop yields, and the error that ends it."""

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
"""What TrainingDivergedError says."""


class TrainingDivergedError(RuntimeError):
    """The loss is no longer a number. The message says what to change."""


@dataclass(frozen=True)
class Started:
    """The run is about to take its first step. `images` is the number trained on, validation not included."""

    device: str
    precision: str
    parameters: int
    images: int
    validation_images: int
    steps_per_epoch: int


@dataclass(frozen=True)
class Progress:
    """Means over the steps since the last Progress. step counts from 1 through all epochs; loss in nats.

    network: a copy of the network as it is now; call it before the next event is taken.
    """

    epoch: int
    step: int
    loss: float
    accuracy: float
    learning_rate: float
    images_per_second: float
    network: Callable[[], Checkpoint]


@dataclass(frozen=True)
class Snapshot:
    """The network after `step` steps, 0 before the first. epoch: passes done, in fractions.

    validation: the score on the first CHECK_PICTURES of the validation pictures; None at the end of an epoch, which
    tells it for all of them, and where nothing is held out.
    """

    step: int
    epoch: float
    checkpoint: Checkpoint
    validation: Score | None


@dataclass(frozen=True)
class EpochEnd:
    """One pass is over. Accuracies are shares from 0 to 1; the validation figures are None where nothing is held out.

    train_*: means over the epoch's own augmented batches. seconds: the epoch without its validation and without the
    time in which the consumer held the event.
    checkpoint: the network as it is now. improved: it is the best so far.
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
    """The run is over: the best epoch's network, scored on the test pictures; its metrics hold the history too.

    training: its score on as many training pictures, as they are, not augmented. test_logits: float32 (N, 10), CPU.
    """

    checkpoint: Checkpoint
    test: Score
    training: Score
    test_logits: Tensor
    best_epoch: int
    seconds: float
    stopped: bool


Event = Started | Progress | Snapshot | EpochEnd | Finished

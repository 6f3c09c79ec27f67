"""The settings of a training: type, bounds, default and help text of each."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from model.language import N_
from model.network.settings import Settings


class TrainConfig(Settings):
    """How a network is trained. The loss is always cross-entropy."""

    data: Literal["mnist", "digits"] = Field(
        default="mnist",
        title=N_("Data set"),
        description=N_("Data set: MNIST, or scikit-learn's 1,797 small digits, which need no download"),
    )
    train_images: int = Field(
        default=60_000,
        ge=100,
        le=60_000,
        title=N_("Training images"),
        description=N_("Training images used, the validation share included"),
    )
    shuffle_labels: bool = Field(
        default=False,
        title=N_("Shuffle labels"),
        description=N_("Shuffle the labels of the training images at random, as an experiment"),
    )
    epochs: int = Field(default=12, ge=1, le=300, title=N_("Epochs"), description=N_("Passes over the training images"))
    batch_size: int = Field(default=64, ge=8, le=4096, title=N_("Batch size"), description=N_("Images per step"))
    optimizer: Literal["adam", "adamw", "sgd"] = Field(
        default="adam", title=N_("Optimizer"), description=N_("Rule that turns gradients into steps")
    )
    momentum: float = Field(
        default=0.9,
        ge=0.0,
        le=0.999,
        title=N_("Momentum"),
        description=N_("Momentum of sgd; adam and adamw have their own"),
    )
    learning_rate: float = Field(
        default=1e-3,
        ge=1e-7,
        le=100.0,
        title=N_("Learning rate"),
        description=N_("Highest learning rate of the schedule"),
    )
    schedule: Literal["one-cycle", "cosine", "constant"] = Field(
        default="constant",
        title=N_("Schedule"),
        description=N_("How the learning rate changes: up and then down, only down, or not at all"),
    )
    weight_decay: float = Field(
        default=0.0, ge=0.0, le=1.0, title=N_("Weight decay"), description=N_("Pull of the weights towards zero")
    )
    averaging: float = Field(
        default=0.999,
        ge=0.0,
        le=0.9999,
        title=N_("Averaging"),
        description=N_(
            "Decay of the exponential moving average of the weights, which is saved; 0 saves the last weights"
        ),
    )
    label_smoothing: float = Field(
        default=0.1,
        ge=0.0,
        le=0.5,
        title=N_("Label smoothing"),
        description=N_("Share of the target given to the nine other digits"),
    )
    rotation: float = Field(
        default=8.0, ge=0.0, le=45.0, title=N_("Rotation"), description=N_("Augmentation: largest rotation in degrees")
    )
    shift: float = Field(
        default=1.5, ge=0.0, le=8.0, title=N_("Shift"), description=N_("Augmentation: largest shift in pixels")
    )
    scale: float = Field(
        default=0.1,
        ge=0.0,
        le=0.5,
        title=N_("Scale"),
        description=N_("Augmentation: largest change of size, 0.1 is 10%"),
    )
    aspect: float = Field(
        default=0.1,
        ge=0.0,
        le=0.5,
        title=N_("Aspect"),
        description=N_("Augmentation: largest change of width against height, 0.1 is 10%"),
    )
    shear: float = Field(
        default=8.0, ge=0.0, le=45.0, title=N_("Shear"), description=N_("Augmentation: largest slant in degrees")
    )
    elastic: float = Field(
        default=0.5,
        ge=0.0,
        le=4.0,
        title=N_("Elastic"),
        description=N_("Augmentation: typical bend of the strokes in pixels"),
    )
    thickness: float = Field(
        default=1.5,
        ge=0.0,
        le=3.0,
        title=N_("Thickness"),
        description=N_("Augmentation: largest change of a stroke's width in pixels"),
    )
    seed: int = Field(
        default=0,
        ge=0,
        le=2**31 - 1,
        title=N_("Seed"),
        description=N_("The same seed gives the same numbers on the same machine"),
    )
    device: Literal["auto", "cpu", "cuda", "mps"] = Field(
        default="auto", title=N_("Device"), description=N_("Device that computes the training")
    )
    validation_share: float = Field(
        default=0.05,
        ge=0.0,
        le=0.5,
        title=N_("Validation share"),
        description=N_("Share of the training images held out to choose the best epoch"),
    )

"""Every setting of the network and of its training, once: type, bounds, default and help text.

Command-line flags, sliders, permalinks and the header of a checkpoint are all made from these two classes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails

from model.language import N_, _

CLASSES = 10
"""The digits 0 to 9."""

IMAGE_SIZE = 28
"""Height and width, in pixels, of the picture that the network sees."""

POOL_SIZE = 2
"""Window and stride of every pooling layer."""

POOLED_LAYERS = 2
"""A pooling layer follows each of the first two convolutions, so that four 3x3 layers still fit into 28x28."""

MAX_PARAMETERS = 5_000_000
"""Fits the 20 MB that a checkpoint may have, and is far more than a class can train."""

Activation = Literal["relu", "leaky_relu", "elu", "gelu", "silu", "mish", "sigmoid", "tanh"]
Pooling = Literal["max", "average", "none"]
Shape = tuple[int, ...]

_CHOICES = {
    "max": N_("max"),
    "average": N_("average"),
    "none": N_("none"),
    "one-cycle": N_("one-cycle"),
    "cosine": N_("cosine"),
    "constant": N_("constant"),
    "auto": N_("auto"),
    "mnist": "MNIST",
    "digits": N_("offline digits"),
}


def choice_name(choice: str) -> str:
    """What one of a setting's choices is called in the reader's language; most are names in all of them, as adam is."""
    return _(_CHOICES.get(choice, choice))


class SettingsError(ValueError):
    """Settings that cannot be used. The message is one sentence for the user."""


class Settings(BaseModel):
    """Frozen settings, checked; `parse` says what is wrong with them in one sentence."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, protected_namespaces=())

    @classmethod
    def parse(cls, values: dict[str, Any]) -> Self:
        """Settings from untrusted values, such as flags or the header of a file.

        Raises SettingsError with one sentence that names the setting, where pydantic would give a report.
        """
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            problem = error.errors(include_url=False)[0]
            name = str(problem["loc"][0]) if problem["loc"] else ""
            field = cls.model_fields.get(name)
            shown = _(field.title).lower() if field and field.title else " ".join(name.replace("_", " ")[:40].split())
            raise SettingsError(f"{shown}: {_told(problem)}" if shown else _told(problem)) from None


_PROBLEMS = {
    "greater_than_equal": N_("it must be at least {ge}"),
    "less_than_equal": N_("it must be at most {le}"),
    "too_long": N_("there may be at most {max_length}"),
    "too_short": N_("there must be at least {min_length}"),
    "literal_error": N_("it must be {expected}"),
    "int_parsing": N_("it must be a whole number"),
    "int_type": N_("it must be a whole number"),
    "int_from_float": N_("it must be a whole number"),
    "int_parsing_size": N_("it must be a whole number, and not so long a one"),
    "float_parsing": N_("it must be a number"),
    "float_type": N_("it must be a number"),
    "finite_number": N_("it must be a finite number"),
    "bool_parsing": N_("it must be true or false"),
    "bool_type": N_("it must be true or false"),
    "tuple_type": N_("it must be a list of whole numbers"),
    "extra_forbidden": N_("there is no such setting"),
    "model_type": N_("these are no settings"),
}
"""What a user is told for the kinds of error that pydantic tells apart; its own words for the rest."""


def _told(problem: ErrorDetails) -> str:
    message = _PROBLEMS.get(problem["type"])
    if message is None:
        return problem["msg"].removeprefix("Value error, ")
    context = problem.get("ctx", {})
    expected = str(context.get("expected", "")).replace("'", "").replace(" or ", ", ")
    return _(message, **{**context, "expected": _("one of {choices}", choices=expected)})


@dataclass(frozen=True)
class Layer:
    """One row of the network's table. Shapes are without the batch: (channels, height, width) or (features,)."""

    name: str
    kind: Literal["convolution", "batch norm", "activation", "pooling", "flatten", "dropout", "dense"]
    output: Shape
    parameters: int = 0


class ModelConfig(Settings):
    """The architecture. The defaults are the Keras-style network of 93,322 parameters."""

    filters: tuple[Annotated[int, Field(ge=1, le=128)], ...] = Field(
        default=(32, 64, 64),
        max_length=4,
        title=N_("Filters"),
        description=N_(
            "Filters of each convolutional layer: zero to four layers of 1 to 128; none makes a dense network"
        ),
    )
    kernel_size: tuple[Annotated[int, Field(ge=1, le=9)], ...] = Field(
        default=(3,),
        max_length=4,
        validate_default=True,
        title=N_("Kernel size"),
        description=N_("Side of the square kernels in pixels, 1 to 9: one for all layers, or one per layer"),
    )
    activation: Activation = Field(
        default="relu",
        title=N_("Activation"),
        description=N_("What follows each convolution and the hidden dense layer"),
    )
    pooling: Pooling = Field(
        default="max",
        title=N_("Pooling"),
        description=N_("The 2x2 pooling that follows each of the first two convolutions"),
    )
    dense_units: int = Field(
        default=64, ge=1, le=512, title=N_("Dense units"), description=N_("Units of the hidden dense layer")
    )
    dropout: float = Field(
        default=0.0,
        ge=0.0,
        le=0.9,
        title=N_("Dropout"),
        description=N_("Share of units switched off at random, before each dense layer"),
    )
    batch_norm: bool = Field(
        default=False, title=N_("Batch normalisation"), description=N_("Batch normalisation after each convolution")
    )

    @field_validator("kernel_size", mode="before")
    @classmethod
    def _one_kernel_for_all(cls, value: Any) -> Any:
        return (value,) if isinstance(value, int) else value

    @model_validator(mode="before")
    @classmethod
    def _fill_kernels(cls, values: Any) -> Any:
        """One kernel size stands for every layer; a list must name each."""
        if not isinstance(values, dict):
            return values
        filters = values.get("filters", cls.model_fields["filters"].default)
        kernels = values.get("kernel_size", cls.model_fields["kernel_size"].default)
        kernels = (kernels,) if isinstance(kernels, int) else kernels
        if not isinstance(filters, Sequence) or not isinstance(kernels, Sequence) or isinstance(kernels, str):
            return values
        if len(kernels) == 1:
            kernels = tuple(kernels) * min(len(filters), 4)
        elif len(kernels) != len(filters):
            problem = _("kernel size: {sizes} sizes for {layers} layers; give one, or one per layer")
            raise ValueError(problem.format(sizes=len(kernels), layers=len(filters)))
        return {**values, "kernel_size": tuple(kernels)}

    @model_validator(mode="after")
    def _can_be_built(self) -> Self:
        if self.parameters > MAX_PARAMETERS:
            problem = _(
                "this network would have {count:,} parameters, and {most:,} is the most; "
                "use pooling, fewer filters or fewer dense units"
            )
            raise ValueError(problem.format(count=self.parameters, most=MAX_PARAMETERS))
        return self

    def layers(self) -> list[Layer]:
        """The table of layers in the order of the forward pass, worked out without allocating anything.

        Output size of an unpadded convolution of kernel k on side n: n - k + 1; of a pooling of stride 2: n // 2.
        Raises ValueError, naming layer and sizes, where a feature map would shrink to nothing.
        """
        table: list[Layer] = []
        channels, side = 1, IMAGE_SIZE
        for number, (filters, kernel) in enumerate(zip(self.filters, self.kernel_size, strict=True), start=1):
            if kernel > side:
                problem = _(
                    "convolution {number} cannot be built: its {kernel}x{kernel} kernel is larger than the "
                    "{side}x{side} feature map that reaches it; use fewer layers, smaller kernels or no pooling"
                )
                raise ValueError(problem.format(number=number, kernel=kernel, side=side))
            side = side - kernel + 1
            table.append(
                Layer(f"conv{number}", "convolution", (filters, side, side), (channels * kernel**2 + 1) * filters)
            )
            channels = filters
            if self.batch_norm:
                table.append(Layer(f"norm{number}", "batch norm", (channels, side, side), 2 * channels))
            table.append(Layer(f"activation{number}", "activation", (channels, side, side)))
            if self.pooling != "none" and number <= POOLED_LAYERS:
                if side < POOL_SIZE:
                    problem = _(
                        "pooling {number} cannot be built: its {window}x{window} window is larger than the "
                        "{side}x{side} feature map that reaches it; use fewer layers, smaller kernels or no pooling"
                    )
                    raise ValueError(problem.format(number=number, window=POOL_SIZE, side=side))
                side //= POOL_SIZE
                table.append(Layer(f"pool{number}", "pooling", (channels, side, side)))
        features = channels * side * side
        table.append(Layer("flatten", "flatten", (features,)))
        for name, units in (("dense", self.dense_units), ("output", CLASSES)):
            if self.dropout:
                table.append(Layer(f"{name}_dropout", "dropout", (features,)))
            table.append(Layer(name, "dense", (units,), (features + 1) * units))
            features = units
            if name == "dense":
                table.append(Layer("dense_activation", "activation", (units,)))
        return table

    @property
    def parameters(self) -> int:
        """Trainable numbers of the network."""
        return sum(layer.parameters for layer in self.layers())


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
        description=N_("Give every training image the label of another, at random: an experiment"),
    )
    epochs: int = Field(default=12, ge=1, le=300, title=N_("Epochs"), description=N_("Passes over the training images"))
    batch_size: int = Field(default=64, ge=8, le=4096, title=N_("Batch size"), description=N_("Images per step"))
    optimizer: Literal["adam", "adamw", "sgd"] = Field(
        default="adam", title=N_("Optimizer"), description=N_("Rule that turns gradients to steps")
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
        description=N_("How the learning rate moves: up then down, only down, or not at all"),
    )
    weight_decay: float = Field(
        default=0.0, ge=0.0, le=1.0, title=N_("Weight decay"), description=N_("Pull of the weights towards zero")
    )
    averaging: float = Field(
        default=0.999,
        ge=0.0,
        le=0.9999,
        title=N_("Averaging"),
        description=N_("Memory of the running average of the weights, which is kept; 0 keeps the last weights"),
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
        description=N_("Augmentation: largest change of size, 0.1 is 10 %"),
    )
    aspect: float = Field(
        default=0.1,
        ge=0.0,
        le=0.5,
        title=N_("Aspect"),
        description=N_("Augmentation: largest change of width against height, 0.1 is 10 %"),
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
        default=0, ge=0, le=2**31 - 1, title=N_("Seed"), description=N_("Same seed, same machine: same numbers")
    )
    device: Literal["auto", "cpu", "cuda", "mps"] = Field(
        default="auto", title=N_("Device"), description=N_("Where to compute")
    )
    validation_share: float = Field(
        default=0.05,
        ge=0.0,
        le=0.5,
        title=N_("Validation share"),
        description=N_("Share of the training images held out to choose the best epoch"),
    )


def flags(model: ModelConfig, train: TrainConfig) -> list[str]:
    """The arguments of `train.py` that ask for these settings: one flag for each that is not the default."""
    found = []
    for config in (model, train):
        for name, field in type(config).model_fields.items():
            value = getattr(config, name)
            flag = f"--{name.replace('_', '-')}"
            if name == "kernel_size" and len(set(value)) == 1:
                value = value[:1]
            if value == field.default or (name == "kernel_size" and not value):
                continue
            if isinstance(value, bool):
                found.append(flag if value else flag.replace("--", "--no-", 1))
            elif isinstance(value, tuple):
                found += [flag, *map(str, value)]
            else:
                found += [flag, str(value)]
    return found

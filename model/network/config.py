"""The settings of a network: type, bounds, default and help text of each.

Command-line flags, sliders, permalinks and the header of a checkpoint are all made from ModelConfig and TrainConfig.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from model.language import N_, _
from model.network.activations import Activation
from model.network.layers import Layer, layer_table
from model.network.settings import Settings

MAX_PARAMETERS = 5_000_000
"""The largest number of parameters. It fits into a checkpoint of 20 MB and is far more than a class can train."""

Pooling = Literal["max", "average", "none"]

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
    """The name of a choice in the reader's language. Many choices, such as adam, have the same name everywhere."""
    return _(_CHOICES.get(choice, choice))


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
        description=N_("Activation function after each convolution and after the hidden dense layer"),
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
        """A single kernel size applies to every layer. A list must have one size per layer."""
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
        """The table of layers for the network's 28x28 pictures, see `layer_table`."""
        return layer_table(self)

    def layer(self, name: str) -> Layer:
        """One row of the table. Raises ValueError for a name that is not in it."""
        found = next((layer for layer in self.layers() if layer.name == name), None)
        if found is None:
            raise ValueError(f"{name} is no layer of this network.")
        return found

    @property
    def parameters(self) -> int:
        """The number of parameters of the network."""
        return sum(layer.parameters for layer in self.layers())

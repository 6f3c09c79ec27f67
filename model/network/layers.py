"""The table of layers of a network: shapes, parameters, multiplications and receptive fields.

All numbers are computed from the settings; no network is built. Formulas: Dumoulin and Visin
(2016), "A guide to convolution arithmetic for deep learning"; Araujo, Norris and Sim (2019), "Computing Receptive
Fields of Convolutional Neural Networks".
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Literal, NamedTuple, Protocol

from model.language import _

CLASSES = 10
"""The digits 0 to 9."""

IMAGE_SIZE = 28
"""Height and width, in pixels, of the picture that the network sees."""

POOL_SIZE = 2
"""Window and stride of every pooling layer."""

POOLED_LAYERS = 2
"""A pooling layer follows each of the first two convolutions, so that four 3x3 layers still fit into 28x28."""

Shape = tuple[int, ...]
"""A shape without the batch: (channels, height, width) or (features,)."""

LayerKind = Literal["convolution", "batch norm", "activation", "pooling", "flatten", "dropout", "dense"]


# --- Formulas ---------------------------------------------------------------------------------------------------------


def output_size(size: int, window: int, stride: int = 1, padding: int = 0) -> int:
    """The output size of a convolution or a pooling along one axis: floor((size + 2 padding - window) / stride) + 1.

    window: side of the kernel or of the pooling window. Raises ValueError for a size, window or stride below 1, for a
    negative padding, and for a window that does not fit.
    """
    if min(size, window, stride) < 1 or padding < 0:
        raise ValueError("Size, window and stride must be at least 1, and padding at least 0.")
    if window > size + 2 * padding:
        raise ValueError(f"A window of {window} does not fit into {size} + 2 x {padding}.")
    return (size + 2 * padding - window) // stride + 1


def convolution_parameters(channels: int, kernel: int, filters: int) -> int:
    """(channels x kernel² + 1) x filters: each filter has a kernel for each input channel, and one bias."""
    return (channels * kernel**2 + 1) * filters


def convolution_multiplications(channels: int, kernel: int, filters: int, height: int, width: int) -> int:
    """Each number of the output maps, which are height x width, takes channels x kernel² products."""
    return channels * kernel**2 * filters * height * width


def dense_parameters(features: int, units: int) -> int:
    """(features + 1) x units: each unit has a weight for each input number, and one bias."""
    return (features + 1) * units


def dense_multiplications(features: int, units: int) -> int:
    """Each weight is used once."""
    return features * units


def batch_norm_parameters(channels: int) -> int:
    """Each channel has a factor and a bias."""
    return 2 * channels


# --- The table --------------------------------------------------------------------------------------------------------


class Patch(NamedTuple):
    """A rectangle of the picture in pixels. `bottom` and `right` are the first row and column after it."""

    top: int
    bottom: int
    left: int
    right: int


@dataclass(frozen=True)
class ReceptiveField:
    """The pixels of the picture that reach one number of a feature map.

    size: side of their square, in pixels. step: how far the square moves from one number of the map to the next.
    """

    size: int
    step: int

    def widened(self, window: int, stride: int) -> ReceptiveField:
        """The receptive field after one more convolution or pooling without padding."""
        return ReceptiveField(self.size + (window - 1) * self.step, self.step * stride)


@dataclass(frozen=True)
class Layer:
    """One row of the table.

    input, output: shapes. kernel: side of a convolution's kernels in pixels, else None. multiplications: for one
    picture, as PyTorch's FlopCounterMode counts them (it counts each as two operations); only those of convolutions and
    dense layers, because the other layers have few. receptive_field: None if each number sees the whole picture.
    """

    name: str
    kind: LayerKind
    input: Shape
    output: Shape
    kernel: int | None = None
    parameters: int = 0
    multiplications: int = 0
    receptive_field: ReceptiveField | None = None

    def patch(self, y: int, x: int) -> Patch:
        """The pixels that reach the number in row y, column x of each feature map, both counted from 0.

        Raises ValueError for a layer without feature maps and for a place outside the map.
        """
        if self.receptive_field is None:
            raise ValueError(f"{self.name} has no feature maps.")
        _channels, height, width = self.output
        if not (0 <= y < height and 0 <= x < width):
            raise ValueError(f"({y}, {x}) lies outside the {height}x{width} map of {self.name}.")
        size, step = self.receptive_field.size, self.receptive_field.step
        return Patch(y * step, y * step + size, x * step, x * step + size)


class Architecture(Protocol):
    """The settings that determine the table, as in `ModelConfig`."""

    @property
    def filters(self) -> tuple[int, ...]:
        """The filters of each convolution, from the first on."""

    @property
    def kernel_size(self) -> tuple[int, ...]:
        """The side of each convolution's kernels, in pixels."""

    @property
    def batch_norm(self) -> bool:
        """Whether a batch norm follows each convolution."""

    @property
    def pooling(self) -> str:
        """The kind of pooling, or "none"."""

    @property
    def dense_units(self) -> int:
        """The units of the hidden dense layer."""

    @property
    def dropout(self) -> float:
        """The share of dropout before each dense layer; 0 leaves these layers out."""


def layer_table(config: Architecture, height: int = IMAGE_SIZE, width: int = IMAGE_SIZE) -> list[Layer]:
    """Every layer of the network in the order of the forward pass, for pictures of height x width pixels.

    Raises ValueError with one sentence for the user if a feature map would become empty.
    """
    table = _Table(height, width)
    for number, (filters, kernel) in enumerate(zip(config.filters, config.kernel_size, strict=True), start=1):
        table.add_convolution(number, filters, kernel)
        if config.batch_norm:
            table.add(f"norm{number}", "batch norm", parameters=batch_norm_parameters(filters))
        table.add(f"activation{number}", "activation")
        if config.pooling != "none" and number <= POOLED_LAYERS:
            table.add_pooling(number)
    table.add("flatten", "flatten", (prod(table.shape),))
    for name, units in (("dense", config.dense_units), ("output", CLASSES)):
        if config.dropout:
            table.add(f"{name}_dropout", "dropout")
        table.add_dense(name, units)
        if name == "dense":
            table.add("dense_activation", "activation")
    return table.layers


class _Table:
    """The rows so far. shape: the output of the last one. field: the receptive field of its numbers."""

    def __init__(self, height: int, width: int) -> None:
        self.layers: list[Layer] = []
        self.shape: Shape = (1, height, width)
        self.field = ReceptiveField(1, 1)

    def add(
        self,
        name: str,
        kind: LayerKind,
        output: Shape | None = None,
        *,
        kernel: int | None = None,
        parameters: int = 0,
        multiplications: int = 0,
    ) -> None:
        """Add a row; without `output` the shape stays as it is."""
        output = output or self.shape
        field = self.field if len(output) == 3 else None
        self.layers.append(Layer(name, kind, self.shape, output, kernel, parameters, multiplications, field))
        self.shape = output

    def add_convolution(self, number: int, filters: int, kernel: int) -> None:
        channels, height, width = self.shape
        if kernel > min(height, width):
            problem = _(
                "convolution {number} cannot be built: its {kernel}x{kernel} kernel is larger than the "
                "{height}x{width} feature map that reaches it; use fewer layers, smaller kernels or no pooling"
            )
            raise ValueError(problem.format(number=number, kernel=kernel, height=height, width=width))
        height, width = output_size(height, kernel), output_size(width, kernel)
        self.field = self.field.widened(kernel, 1)
        self.add(
            f"conv{number}",
            "convolution",
            (filters, height, width),
            kernel=kernel,
            parameters=convolution_parameters(channels, kernel, filters),
            multiplications=convolution_multiplications(channels, kernel, filters, height, width),
        )

    def add_pooling(self, number: int) -> None:
        channels, height, width = self.shape
        if min(height, width) < POOL_SIZE:
            problem = _(
                "pooling {number} cannot be built: its {window}x{window} window is larger than the "
                "{height}x{width} feature map that reaches it; use fewer layers, smaller kernels or no pooling"
            )
            raise ValueError(problem.format(number=number, window=POOL_SIZE, height=height, width=width))
        height, width = output_size(height, POOL_SIZE, POOL_SIZE), output_size(width, POOL_SIZE, POOL_SIZE)
        self.field = self.field.widened(POOL_SIZE, POOL_SIZE)
        self.add(f"pool{number}", "pooling", (channels, height, width))

    def add_dense(self, name: str, units: int) -> None:
        (features,) = self.shape
        self.add(
            name,
            "dense",
            (units,),
            parameters=dense_parameters(features, units),
            multiplications=dense_multiplications(features, units),
        )

"""What the student has set in the lesson on convolution; its questions are about these settings."""

from __future__ import annotations

from dataclasses import dataclass, field

from model.network.layers import IMAGE_SIZE, output_size
from model.theory.convolution.curves import Floats
from model.theory.convolution.kernels import flip, kernel


@dataclass(frozen=True)
class KernelSettings:
    """numbers: float64 (k, k), as typed. stride, padding: pixels. flipped: whether the kernel is flipped first."""

    numbers: Floats
    stride: int = 1
    padding: int = 0
    flipped: bool = False

    @property
    def applied(self) -> Floats:
        """float64 (k, k): what the picture is multiplied with."""
        return flip(self.numbers) if self.flipped else self.numbers

    def columns(self, stride: int) -> int:
        """Columns of the output for a picture, at a stride."""
        return output_size(IMAGE_SIZE, len(self.numbers), stride, self.padding)


@dataclass(frozen=True)
class ChannelSettings:
    """A convolutional layer: side of its kernels, input channels, output channels."""

    size: int = 3
    channels_in: int = 3
    channels_out: int = 2


@dataclass
class ConvolutionState:
    """The settings that were shown last. numbers: the kernel of each size, which may be the student's own."""

    kernel: KernelSettings = field(default_factory=lambda: KernelSettings(kernel("vertical", 3)))
    channels: ChannelSettings = field(default_factory=ChannelSettings)
    numbers: dict[int, Floats] = field(default_factory=dict)

"""Convolution in two dimensions: kernels by name, their properties, and their output for a picture.

PyTorch computes the sums, as in the network. The loops that a student sees in the browser must give the same numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional as F

from model.network.layers import output_size
from model.theory.convolution.curves import Floats

SIZES = (3, 5)
"""Sides of the kernels that can be edited."""


def _across(size: int) -> Floats:
    return np.tile(np.arange(size) - (size - 1) / 2, (size, 1))


def _middle(size: int) -> Floats:
    kernel = np.zeros((size, size))
    kernel[size // 2, size // 2] = 1
    return kernel


def _laplacian(size: int) -> Floats:
    """The common 3x3 kernel; for 5x5 the common approximation of a Laplacian of a Gaussian."""
    distance = np.abs(_across(size)) + np.abs(_across(size).T)
    around = np.maximum(0, size // 2 + 1 - distance) * (distance > 0)
    return cast("Floats", around - around.sum() * _middle(size))


def _binomial(size: int) -> Floats:
    """Rows of Pascal's triangle, the nearest whole numbers to a Gaussian."""
    row = np.array([1.0])
    while len(row) < size:
        row = np.convolve(row, [1, 1])
    return cast("Floats", np.outer(row, row) / row.sum() ** 2)


KERNELS: dict[str, Callable[[int], Floats]] = {
    "identity": _middle,
    "vertical": _across,
    "horizontal": lambda size: _across(size).T,
    "rising": lambda size: _across(size) + _across(size).T,
    "falling": lambda size: _across(size) - _across(size).T,
    "mean": lambda size: np.full((size, size), 1 / size**2),
    "blur": _binomial,
    "sharpen": lambda size: _middle(size) - _laplacian(size),
    "emboss": lambda size: _across(size) + _across(size).T + _middle(size),
    "laplacian": _laplacian,
}
"""Kernels by name, for each odd size from 3 on; the edges are Prewitt's (1970), in four directions."""


def kernel(name: str, size: int) -> Floats:
    """float64 (size, size): a kernel of KERNELS. Raises KeyError for another name."""
    return KERNELS[name](size)


def kernel_name(numbers: Floats) -> str | None:
    """The name in KERNELS of these numbers; None for any other kernel."""
    found = (name for name, make in KERNELS.items() if np.allclose(make(len(numbers)), numbers, atol=1e-12))
    return next(found, None)


def flip(numbers: Floats) -> Floats:
    """The kernel rotated by 180 degrees, as in the mathematical definition of convolution."""
    return numbers[::-1, ::-1].copy()


Symmetry = Literal["same", "opposite", "other"]


def symmetry(numbers: Floats) -> Symmetry:
    """How the flipped kernel differs: it is the same, it has the opposite signs, or it is another kernel.

    A kernel of zeros counts as the same.
    """
    if np.allclose(numbers, flip(numbers)):
        return "same"
    return "opposite" if np.allclose(numbers, -flip(numbers)) else "other"


def total(numbers: Floats) -> float:
    """The sum of a kernel, which is its result where all pixels are 1. Rounding errors count as 0."""
    found = float(numbers.sum())
    return found if abs(found) > 1e-9 * float(np.abs(numbers).sum()) else 0.0


def slide(image: NDArray[np.floating[Any]], numbers: Floats, stride: int = 1, padding: int = 0) -> Floats:
    """float64 (H', W'): the sum of products at every place of a kernel (k, k) on a picture (H, W).

    This is cross-correlation, which deep learning calls convolution; `flip` the kernel for a mathematical convolution.
    `padding` rows and columns of zeros are added on each side. The sizes are those of `output_size`. Raises ValueError
    as `output_size` does.
    """
    for size, side in zip(image.shape, numbers.shape, strict=True):
        output_size(size, side, stride, padding)
    x, weight = torch.from_numpy(image.astype(np.float64)), torch.from_numpy(numbers.astype(np.float64))
    return cast("Floats", F.conv2d(x[None, None], weight[None, None], stride=stride, padding=padding)[0, 0].numpy())

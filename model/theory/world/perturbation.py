"""Perturbations of a preprocessed picture, to find the strength at which the network's answer changes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor

from model.network.layers import IMAGE_SIZE

Perturbation = Literal["right", "left", "down", "up", "turn", "noise", "cover", "invert", "shuffle"]


@dataclass(frozen=True)
class StrengthRange:
    """The strengths of a perturbation: from 0 to `most` in steps of `step`."""

    most: float
    step: float

    @property
    def strengths(self) -> list[float]:
        """All strengths, from the smallest to the largest."""
        return [round(number * self.step, 6) for number in range(round(self.most / self.step) + 1)]


RANGES: dict[Perturbation, StrengthRange] = {
    "right": StrengthRange(14, 1),
    "left": StrengthRange(14, 1),
    "down": StrengthRange(14, 1),
    "up": StrengthRange(14, 1),
    "turn": StrengthRange(180, 5),
    "noise": StrengthRange(1, 0.05),
    "cover": StrengthRange(20, 1),
    "invert": StrengthRange(1, 0.05),
    "shuffle": StrengthRange(1, 0.05),
}
"""The units are pixels for the four directions and the cover, degrees for the turn, and shares of 1 for the others."""

_DIRECTIONS = {"right": (1, 0), "left": (-1, 0), "down": (0, 1), "up": (0, -1)}


def perturbed(image: Tensor, kind: Perturbation, strength: float, seed: int = 0) -> Tensor:
    """float32 (28, 28) in [0, 1] -> the perturbed picture, of the same kind. Strength 0 returns equal numbers.

    right, left, down, up: move by whole pixels; black comes in. turn: turn anticlockwise by degrees. noise: add
    Gaussian noise of that standard deviation and clip to [0, 1]. cover: put a black square of that side in the middle.
    invert: blend with the negative; 1 is the negative. shuffle: exchange that share of the pixels at random. The same
    seed gives the same picture.
    """
    generator = torch.Generator().manual_seed(seed)
    result = image
    if strength == 0:
        pass
    elif kind in _DIRECTIONS:
        across, along = (step * min(round(strength), IMAGE_SIZE) for step in _DIRECTIONS[kind])
        result = F.pad(image, (across, -across, along, -along))
    elif kind == "turn":
        result = _turned(image, strength)
    elif kind == "noise":
        result = (image + strength * torch.randn(image.shape, generator=generator)).clamp(0, 1)
    elif kind == "cover":
        side = min(round(strength), IMAGE_SIZE)
        first = (IMAGE_SIZE - side) // 2
        result = image.clone()
        result[first : first + side, first : first + side] = 0
    elif kind == "invert":
        result = (1 - strength) * image + strength * (1 - image)
    else:
        result = _shuffled(image, strength, generator)
    return result


def perturbed_series(image: Tensor, kind: Perturbation, seed: int = 0) -> Tensor:
    """float32 (S, 28, 28): the picture at each of the S strengths of RANGES."""
    return torch.stack([perturbed(image, kind, strength, seed) for strength in RANGES[kind].strengths])


def first_change(digits: list[int]) -> int | None:
    """The index of the first answer that differs from the one at strength 0; None if there is none."""
    return next((index for index, digit in enumerate(digits) if digit != digits[0]), None)


def _turned(image: Tensor, degrees: float) -> Tensor:
    angle = math.radians(degrees)
    cos, sin = math.cos(angle), math.sin(angle)
    theta = torch.tensor([[[cos, -sin, 0.0], [sin, cos, 0.0]]])
    grid = F.affine_grid(theta, [1, 1, IMAGE_SIZE, IMAGE_SIZE], align_corners=False)
    return F.grid_sample(image[None, None], grid, padding_mode="zeros", align_corners=False)[0, 0]


def _shuffled(image: Tensor, share: float, generator: torch.Generator) -> Tensor:
    flat = image.flatten()
    movers = torch.randperm(len(flat), generator=generator)[: round(share * len(flat))]
    result = flat.clone()
    result[movers] = flat[movers.roll(1)]
    return result.view_as(image)


def pictures_without_digit(image: Tensor, seed: int) -> list[Tensor]:
    """Six pictures without a digit, float32 (28, 28) in [0, 1]. The same seed (from 0 on) gives the same pictures.

    They show noise, the pixels of `image` in a random order, a checkerboard, a square, stripes and random dots.
    """
    generator = torch.Generator().manual_seed(seed)
    rows, columns = torch.meshgrid(torch.arange(IMAGE_SIZE), torch.arange(IMAGE_SIZE), indexing="ij")
    wide, side = (int(torch.randint(low, high, (1,), generator=generator)) for low, high in ((2, 6), (8, 18)))
    top, left = (int(torch.randint(2, IMAGE_SIZE - side - 1, (1,), generator=generator)) for _axis in range(2))
    square = torch.zeros(IMAGE_SIZE, IMAGE_SIZE)
    square[top : top + side, left : left + side] = 1
    return [
        torch.rand(IMAGE_SIZE, IMAGE_SIZE, generator=generator),
        image.flatten()[torch.randperm(IMAGE_SIZE**2, generator=generator)].view(IMAGE_SIZE, IMAGE_SIZE),
        ((rows // wide + columns // wide) % 2).float(),
        square,
        ((rows + (seed % 3) * columns) // wide % 2).float(),
        (torch.rand(IMAGE_SIZE, IMAGE_SIZE, generator=generator) > 0.93).float(),
    ]

"""Augmentation of whole batches of images."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from model.network.layers import IMAGE_SIZE
from model.network.train_config import TrainConfig


def augment(images: Tensor, config: TrainConfig, generator: torch.Generator) -> Tensor:
    """A random variation of each image: stroke thickness, then rotation, scale, shear, shift and bend in one warp.

    float32 (N, 1, 28, 28) in [0, 1] -> the same. The strengths are those of `config`; if all are zero, the input
    itself is returned. generator: on the CPU, so the same seed gives the same variations on every device.
    """
    if config.thickness:
        images = _thicken(images, config.thickness, generator)
    return _warp(images, config, generator)


def _warp(images: Tensor, config: TrainConfig, generator: torch.Generator) -> Tensor:
    theta = _random_affine(len(images), config, generator)
    if theta is None and not config.elastic:
        return images
    if theta is None:
        theta = torch.eye(2, 3).repeat(len(images), 1, 1)
    grid = F.affine_grid(theta.to(images.device), list(images.shape), align_corners=False)  # (N, 28, 28, 2)
    if config.elastic:
        # Smooth bends, as in the elastic distortions of Simard et al. (2003): noise on a coarse grid, enlarged.
        noise = torch.randn(len(images), 2, 6, 6, generator=generator) * (config.elastic * 2 / IMAGE_SIZE)
        bend = F.interpolate(noise.to(images.device), size=images.shape[-2:], mode="bicubic", align_corners=True)
        grid = grid + bend.permute(0, 2, 3, 1)
    return F.grid_sample(images, grid, mode="bilinear", padding_mode="zeros", align_corners=False)


def _random_affine(count: int, config: TrainConfig, generator: torch.Generator) -> Tensor | None:
    """float32 (N, 2, 3): maps output to input coordinates in [-1, 1], as `affine_grid` takes them."""
    if not any((config.rotation, config.shift, config.scale, config.aspect, config.shear)):
        return None

    def uniform(limit: float) -> Tensor:
        return (torch.rand(count, generator=generator) * 2 - 1) * limit

    angle = torch.deg2rad(uniform(config.rotation))
    slant = torch.tan(torch.deg2rad(uniform(config.shear)))
    size = torch.exp(uniform(config.scale))
    aspect = torch.exp(uniform(config.aspect) / 2)
    shift_x, shift_y = (uniform(config.shift * 2 / IMAGE_SIZE) for _ in range(2))
    cos, sin = torch.cos(angle), torch.sin(angle)
    wide, high = 1 / (size * aspect), aspect / size
    top = torch.stack((cos * wide, (cos * slant - sin) * wide, shift_x), dim=1)
    bottom = torch.stack((sin * high, (sin * slant + cos) * high, shift_y), dim=1)
    return torch.stack((top, bottom), dim=1)


def _thicken(images: Tensor, limit: float, generator: torch.Generator) -> Tensor:
    """Make strokes up to `limit` pixels wider or up to one pixel thinner: a blend with grey-scale dilation or erosion.

    A 3x3 maximum widens a stroke by two pixels; a 3x3 minimum thins it by two, which is more than many strokes have.
    """
    change = (torch.rand(len(images), generator=generator) * 2 - 1) * limit / 2  # in 3x3 steps
    change = change.to(images.device)[:, None, None, None]
    wider = F.max_pool2d(images, 3, stride=1, padding=1)
    thinner = -F.max_pool2d(-images, 3, stride=1, padding=1)
    result = images + change.clamp(0, 1) * (wider - images) + (-change).clamp(0, 0.5) * (thinner - images)
    if limit > 2:
        widest = F.max_pool2d(wider, 3, stride=1, padding=1)
        result = result + (change - 1).clamp(0, 1) * (widest - wider)
    return result

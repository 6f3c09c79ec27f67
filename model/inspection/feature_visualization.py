"""Feature visualization: a picture, made by gradient ascent, that gives a filter a high activation.

After Erhan, Bengio, Courville, Vincent (2009), "Visualizing Higher-Layer Features of a Deep
Network", with the regularisers of Olah, Mordvintsev, Schubert (2017), "Feature Visualization": jitter and smoothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from model.inspection.activations import activation_maps, activation_name
from model.inspection.filters import blocks_of
from model.network.checkpoint import Checkpoint
from model.network.cnn import DigitCNN
from model.network.layers import IMAGE_SIZE, POOL_SIZE, POOLED_LAYERS, Patch

PHASES = ((100, 1.0, True), (40, 0.1, False))
"""Steps, factor of the two penalties below, jitter. The first phase finds a simple picture that also works when it is
shifted; the second phase raises the activation further."""

LEARNING_RATE = 0.2
STARTS = (-3.0, -3.0, -1.5, -1.5, 0.0, 0.0)
"""Gradient ascent starts once from each of these brightnesses (before the sigmoid: dark, dim, grey), each time with
other noise. The result is the picture with the highest activation."""

SMOOTHING = 0.25
"""Penalty for a step from black to white between two neighbouring pixels. The unit is the gain of an average pixel."""

INK = 0.2
"""Penalty for a white pixel, in the same unit: pixels without an effect on the filter stay black."""


@dataclass(frozen=True)
class FeatureVisualization:
    """A picture for one filter.

    image: float32 (28, 28) in [0, 1]. value: the filter's highest activation for it, at row y, column x of its map.
    field: the receptive field of that place. found: False if the gradient of the picture is zero; the picture is then
    black.
    """

    image: Tensor
    value: float
    y: int
    x: int
    field: Patch
    found: bool


def visualize_feature(checkpoint: Checkpoint, block: int, channel: int, seed: int = 0) -> FeatureVisualization:
    """A picture with a high activation of one filter. Blocks and channels count from 0.

    The ascent starts from noise and works on a private network. It changes only the receptive field of the middle of
    the filter's map; the rest of the picture is black. It raises the output before the activation function, because a
    ReLU's gradient is zero for negative input. In each step the picture is shifted at random by up to half the step of
    the pooling layers before the block; a larger shift would only move the activation to a neighbouring position of the
    map. The same seed gives the same picture on the same machine. Raises ValueError for a filter that is not there.
    """
    config = checkpoint.model
    if not (0 <= block < len(config.filters) and 0 <= channel < config.filters[block]):
        raise ValueError(f"This network has no filter {channel} in block {block}.")
    layer = config.layer(activation_name(block))
    _, height, width = layer.output
    field = layer.patch(height // 2, width // 2)
    with torch.inference_mode(False), torch.enable_grad():  # the caller may have either mode set
        network = checkpoint.build()
        patch = _ascend(network, block, channel, field.bottom - field.top, torch.Generator().manual_seed(seed))
    image = torch.zeros(IMAGE_SIZE, IMAGE_SIZE)
    if patch is not None:
        image[field.top : field.bottom, field.left : field.right] = patch
    activations = activation_maps(network, block, image)[channel]
    y, x = divmod(int(activations.argmax()), width)
    return FeatureVisualization(image, float(activations[y, x]), y, x, layer.patch(y, x), patch is not None)


def _ascend(network: DigitCNN, block: int, channel: int, side: int, generator: torch.Generator) -> Tensor | None:
    """The best patch (side, side) of all ascents, or None if no gradient reaches it. Its map is a single number."""
    count = len(STARTS)
    noise = torch.randn(count, 1, side, side, generator=generator)
    latent = (torch.tensor(STARTS)[:, None, None, None] + 0.5 * noise).requires_grad_(True)

    # The gain of an average pixel is the unit of the penalties, so that they have the same effect in every network.
    first = torch.sigmoid(latent)
    (gradient,) = torch.autograd.grad(_outputs(network, block, channel, first).sum(), first)
    unit = gradient.abs().mean()
    if not unit > 0:
        return None

    pooled = min(block, POOLED_LAYERS) if network.config.pooling != "none" else 0
    jitter = POOL_SIZE**pooled // 2
    for steps, factor, jittered in PHASES:
        optimizer = torch.optim.Adam([latent], lr=LEARNING_RATE)  # a new one: no momentum from the phase before
        for _ in range(steps):
            patches = torch.sigmoid(latent)
            shifts = torch.randint(-jitter, jitter + 1, (count, 2), generator=generator) * jittered
            gain = _outputs(network, block, channel, _shifted(patches, shifts, jitter)).sum() / unit
            loss = factor * (SMOOTHING * _roughness(patches) + INK * patches.sum()) - gain
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
    with torch.no_grad():
        patches = torch.sigmoid(latent)
        return patches[int(_outputs(network, block, channel, patches).argmax()), 0]


def _outputs(network: DigitCNN, block: int, channel: int, x: Tensor) -> Tensor:
    """Patches (N, 1, side, side) of its receptive field -> (N,), the filter's output before its activation function."""
    parts = blocks_of(network)
    for part in parts[:block]:
        x = part(x)
    x = parts[block].conv(x)
    norm = parts[block].norm
    return (x if norm is None else norm(x))[:, channel, 0, 0]


def _shifted(patches: Tensor, shifts: Tensor, most: int) -> Tensor:
    """Each patch moved down and to the right by its shift in whole pixels; the uncovered edge is black."""
    side = patches.shape[-1]
    padded = F.pad(patches, (most, most, most, most))
    corners = (most - shifts).tolist()
    moved = [each[:, top : top + side, left : left + side] for each, (top, left) in zip(padded, corners, strict=True)]
    return torch.stack(moved)


def _roughness(pictures: Tensor) -> Tensor:
    """Total variation: the sum of all steps between neighbouring pixels, with black around the pictures."""
    framed = F.pad(pictures, (1, 1, 1, 1))
    return framed.diff(dim=-1).abs().sum() + framed.diff(dim=-2).abs().sum()

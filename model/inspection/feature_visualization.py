"""What a filter would like to see: a picture made by gradient ascent on its activation.

Activation maximisation after Erhan, Bengio, Courville, Vincent (2009), "Visualizing Higher-Layer Features of a Deep
Network", with the regularisers of Olah, Mordvintsev, Schubert (2017), "Feature Visualization": jitter and smoothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from model.inspection.activations import activation_maps, activation_name, blocks_of
from model.network.checkpoint import Checkpoint
from model.network.cnn import DigitCNN
from model.network.layers import IMAGE_SIZE, POOL_SIZE, POOLED_LAYERS, Patch

PHASES = ((100, 1.0, True), (40, 0.1, False))
"""Steps, factor of the two prices below, jitter: first a simple, sturdy picture, then the filter has the last word."""

LEARNING_RATE = 0.2
STARTS = (-3.0, -3.0, -1.5, -1.5, 0.0, 0.0)
"""Where the climbs begin, each with noise of its own: logits of a dark, a dim and a grey picture. The best counts."""

SMOOTHING = 0.25
"""Price of a step between two neighbouring pixels from black to white, where 1 is what an average pixel gains."""

INK = 0.2
"""Price of a white pixel, in the same unit: what the filter does not care about stays black, as paper is."""


@dataclass(frozen=True)
class FeatureVisualization:
    """image: float32 (28, 28) in [0, 1]. value: the filter's highest activation on it, at row y, column x of its map.

    field: the pixels which that place sees. found: False where no gradient reached the picture, which is then black.
    """

    image: Tensor
    value: float
    y: int
    x: int
    field: Patch
    found: bool


def visualize_feature(checkpoint: Checkpoint, block: int, channel: int, seed: int = 0) -> FeatureVisualization:
    """The picture that excites a filter most, as far as gradient ascent finds it. Blocks and channels count from 0.

    The ascent goes from noise, on a private network, for the place in the middle of the filter's map, and paints only
    what that place sees; the rest is black. It climbs what comes before the activation function, whose own gradient is
    zero wherever a ReLU is silent. In every step the picture is shifted at random by up to half a step of the pooling
    grid before the block; more than that only moves the answer to the next place of the map. The same seed on the same
    machine gives the same picture. Raises ValueError for a filter that is not there.
    """
    config = checkpoint.model
    if not (0 <= block < len(config.filters) and 0 <= channel < config.filters[block]):
        raise ValueError(f"This network has no filter {channel} in block {block}.")
    layer = config.layer(activation_name(block))
    _, height, width = layer.output
    field = layer.patch(height // 2, width // 2)
    with torch.inference_mode(False), torch.enable_grad():  # whatever the caller's mode
        network = checkpoint.build()
        patch = _climb(network, block, channel, field.bottom - field.top, torch.Generator().manual_seed(seed))
    image = torch.zeros(IMAGE_SIZE, IMAGE_SIZE)
    if patch is not None:
        image[field.top : field.bottom, field.left : field.right] = patch
    answer = activation_maps(network, block, image)[channel]
    y, x = divmod(int(answer.argmax()), width)
    return FeatureVisualization(image, float(answer[y, x]), y, x, layer.patch(y, x), patch is not None)


def _climb(network: DigitCNN, block: int, channel: int, side: int, generator: torch.Generator) -> Tensor | None:
    """The best patch (side, side) of all climbs, or None where no gradient reaches it. Its map is a single number."""
    count = len(STARTS)
    noise = torch.randn(count, 1, side, side, generator=generator)
    latent = (torch.tensor(STARTS)[:, None, None, None] + 0.5 * noise).requires_grad_(True)

    # The gain of an average pixel is the unit of the prices, so that they mean the same in every network.
    first = torch.sigmoid(latent)
    (slopes,) = torch.autograd.grad(_answers(network, block, channel, first).sum(), first)
    unit = slopes.abs().mean()
    if not unit > 0:
        return None

    pooled = min(block, POOLED_LAYERS) if network.config.pooling != "none" else 0
    jitter = POOL_SIZE**pooled // 2
    for steps, factor, jittered in PHASES:
        ascent = torch.optim.Adam([latent], lr=LEARNING_RATE)  # a new one forgets the slopes of the phase before
        for _ in range(steps):
            patches = torch.sigmoid(latent)
            shifts = torch.randint(-jitter, jitter + 1, (count, 2), generator=generator) * jittered
            gain = _answers(network, block, channel, _shifted(patches, shifts, jitter)).sum() / unit
            loss = factor * (SMOOTHING * _roughness(patches) + INK * patches.sum()) - gain
            ascent.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            ascent.step()
    with torch.no_grad():
        patches = torch.sigmoid(latent)
        return patches[int(_answers(network, block, channel, patches).argmax()), 0]


def _answers(network: DigitCNN, block: int, channel: int, x: Tensor) -> Tensor:
    """What the filter says before its activation function, (N,), to patches of the size of its receptive field."""
    parts = blocks_of(network)
    for part in parts[:block]:
        x = part(x)
    x = parts[block].conv(x)
    norm = parts[block].norm
    return (x if norm is None else norm(x))[:, channel, 0, 0]


def _shifted(patches: Tensor, shifts: Tensor, most: int) -> Tensor:
    """Each patch moved down and to the right by its shift in whole pixels; black comes in at the edge."""
    side = patches.shape[-1]
    padded = F.pad(patches, (most, most, most, most))
    corners = (most - shifts).tolist()
    moved = [each[:, top : top + side, left : left + side] for each, (top, left) in zip(padded, corners, strict=True)]
    return torch.stack(moved)


def _roughness(pictures: Tensor) -> Tensor:
    """Total variation: the sum of all steps between neighbours, downwards and sideways, black paper around them."""
    framed = F.pad(pictures, (1, 1, 1, 1))
    return framed.diff(dim=-1).abs().sum() + framed.diff(dim=-2).abs().sum()

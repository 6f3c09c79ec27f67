"""The outputs of every layer for one picture. Blocks and filters count from 0, as in `network.blocks`."""

from __future__ import annotations

import torch
from torch import Tensor

from model.inspection.private_copy import require_evaluation_mode
from model.network.cnn import DigitCNN
from model.network.layers import IMAGE_SIZE


@torch.inference_mode()
def layer_outputs(network: DigitCNN, image: Tensor) -> dict[str, Tensor]:
    """Every layer's output for one picture, float32 (28, 28) in [0, 1], by its name in `ModelConfig.layers`.

    The outputs have no batch dimension. Raises ValueError for another shape or a network in training mode.
    """
    require_evaluation_mode(network)
    if image.shape != (IMAGE_SIZE, IMAGE_SIZE):
        raise ValueError(f"A picture has {IMAGE_SIZE}x{IMAGE_SIZE} pixels, this one has {tuple(image.shape)}.")
    return {name: output[0] for name, output in network.named_outputs(image[None, None])}


def activation_maps(network: DigitCNN, block: int, image: Tensor) -> Tensor:
    """float32 (filters, H, W): the block's activation maps, before pooling, for one picture; see `layer_outputs`."""
    return layer_outputs(network, image)[activation_name(block)]


def activation_name(block: int) -> str:
    """The name in `ModelConfig.layers` of the layer that holds a block's activation maps."""
    return f"activation{block + 1}"

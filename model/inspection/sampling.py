"""Random samples of a data set that can be read within a time limit."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from model.network.config import ModelConfig

BATCH = 64
"""Pictures per batch: few enough for the feature maps of a first layer to stay in the processor's cache."""

FEWEST = 500
"""The smallest sample, even if it takes longer than the limit."""

_SEED = 0


def sample(count: int, wanted: float) -> Tensor:
    """A random sample of `wanted` of the indices below `count`: int64, sorted; at least FEWEST and at most all.

    The seed is fixed: the same arguments give the same sample.
    """
    most = max(FEWEST, int(wanted))
    if most >= count:
        return torch.arange(count)
    order = torch.randperm(count, generator=torch.Generator().manual_seed(_SEED))
    return order[:most].sort().values


def seconds_per_picture(config: ModelConfig, start: int = 0) -> float:
    """Estimated seconds for one picture from block `start` (counted from 0) to the logits, on one thread, in batches.

    4 us, plus 11 ps for each multiplication, plus 0.9 ns for each number of a feature map: a fit to measurements on one
    core of an Intel Xeon with AVX-512 (PyTorch 2.15, `private_copy`). Other machines differ. The estimate makes the
    size of a sample depend on the network alone.
    """
    multiplications = elements = 0
    reached = False
    for layer in config.layers():
        reached = reached or layer.name == f"conv{start + 1}"
        if reached or layer.kind == "dense":
            multiplications += layer.multiplications
        if reached and layer.kind == "convolution":
            elements += math.prod(layer.output)
    return 4e-6 + 11e-12 * multiplications + 0.9e-9 * elements

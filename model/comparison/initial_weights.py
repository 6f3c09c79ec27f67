"""Compares the initial weights of two runs, layer by layer.

The same seed gives the same random numbers. But a layer of another size uses more or fewer of them, so every later
layer gets other numbers. Therefore the saved weights themselves are compared, tensor by tensor.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch

from model.network.checkpoint import Checkpoint


@dataclass(frozen=True)
class InitialWeights:
    """The initial weights of one run compared with those of another, as names of layers.

    same: equal in every number. resized: of another size, or in one of the networks only. different: of the same size
    with other numbers.
    """

    same: tuple[str, ...]
    resized: tuple[str, ...]
    different: tuple[str, ...]

    @property
    def all_same(self) -> bool:
        """Whether every layer is the same."""
        return not self.resized and not self.different


def compare_initial_weights(one: Checkpoint, other: Checkpoint) -> InitialWeights:
    """Compare two snapshots of step 0."""
    layers = _by_layer(one), _by_layer(other)
    groups: dict[str, list[str]] = {"same": [], "resized": [], "different": []}
    for name in sorted({*layers[0], *layers[1]}, key=_position):
        groups[_relation(layers[0].get(name, {}), layers[1].get(name, {}))].append(name)
    return InitialWeights(**{relation: tuple(names) for relation, names in groups.items()})


def _by_layer(start: Checkpoint) -> dict[str, dict[str, torch.Tensor]]:
    """The tensors of each layer, by the layer's name in `ModelConfig.layers`."""
    found: dict[str, dict[str, torch.Tensor]] = {}
    for key, tensor in start.weights.items():
        parts = key.split(".")
        layer = f"{parts[2]}{int(parts[1]) + 1}" if parts[0] == "blocks" else parts[0]
        found.setdefault(layer, {})[key] = tensor
    return found


def _position(layer: str) -> tuple[str, str]:
    """The sort key of a layer. Order: conv1, norm1, conv2, ..., dense, output."""
    return (layer[-1], layer) if layer[-1].isdecimal() else ("last", layer)


def _relation(one: Mapping[str, torch.Tensor], other: Mapping[str, torch.Tensor]) -> str:
    if {key: value.shape for key, value in one.items()} != {key: value.shape for key, value in other.items()}:
        return "resized"
    return "same" if all(torch.equal(one[key], other[key]) for key in one) else "different"

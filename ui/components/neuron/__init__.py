"""A neuron as a diagram: inputs, weights on their edges, products, sum and bias, the bend, the output."""

from __future__ import annotations

from collections.abc import Sequence

from model.theory.neurons.neuron import Neuron
from ui.components import register
from ui.shared.formatting import written

_component = register(__file__)


def neuron_diagram(
    inputs: Sequence[float],
    weights: Sequence[float],
    bias: float,
    parts: Neuron,
    *,
    activation: str,
    curve: Sequence[tuple[float, float]],
    key: str,
) -> None:
    """Show how `parts` came about, every number in its place; an edge is as wide as its number is far from zero.

    activation: its name as people read it. curve: its points (z, output) from left to right, around parts.z.
    """
    products = parts.products.tolist()
    data = {
        "rows": [
            {"x": written(x), "w": written(w), "product": written(product), "weight": w, "part": product}
            for x, w, product in zip(inputs, weights, products, strict=True)
        ],
        "bias": written(bias),
        "biasPart": bias,
        "z": written(parts.z),
        "output": written(parts.output),
        "at": [parts.z, parts.output],
        "activation": activation,
        "curve": [list(point) for point in curve],
    }
    _component(data=data, key=key)

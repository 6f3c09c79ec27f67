"""A neuron as a diagram: inputs, weights, products, sum with bias, activation function and output."""

from __future__ import annotations

from collections.abc import Sequence

from model.theory.neurons.neuron import Neuron
from ui.components import register
from ui.shared.formatting import short_number

_component = register("neuron")


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
    """Show how the neuron computes its output. A line is thicker if its number is farther from zero.

    parts: the products, the sum z and the output for these inputs. activation: the function's name in the reader's
    language. curve: points (z, output) of its graph around parts.z, from left to right.
    """
    products = parts.products.tolist()
    data = {
        "rows": [
            {"x": short_number(x), "w": short_number(w), "product": short_number(product), "weight": w, "part": product}
            for x, w, product in zip(inputs, weights, products, strict=True)
        ],
        "bias": short_number(bias),
        "biasPart": bias,
        "z": short_number(parts.z),
        "output": short_number(parts.output),
        "at": [parts.z, parts.output],
        "activation": activation,
        "curve": [list(point) for point in curve],
    }
    _component(data=data, key=key)

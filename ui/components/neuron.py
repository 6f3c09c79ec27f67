"""A neuron as a diagram: inputs, weights, products, sum with bias, activation function and output."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from model.theory.neurons.neuron import Neuron
from ui.components import register

_component = register("neuron")


def neuron_diagram(
    inputs: Sequence[float],
    weights: Sequence[float],
    bias: float,
    parts: Neuron,
    *,
    activation: str,
    curve: Sequence[tuple[float, float]],
    number_text: Callable[[float], str],
    key: str,
) -> None:
    """Show how the neuron computes its output. A line is thicker if its number is farther from zero.

    parts: the products, the sum z and the output for these inputs. activation: the function's name in the reader's
    language. curve: points (z, output) of its graph around parts.z, from left to right. number_text: writes a
    number for the reader.
    """
    products = parts.products.tolist()
    data = {
        "rows": [
            {"x": number_text(x), "w": number_text(w), "product": number_text(product), "weight": w, "part": product}
            for x, w, product in zip(inputs, weights, products, strict=True)
        ],
        "bias": number_text(bias),
        "biasPart": bias,
        "z": number_text(parts.z),
        "output": number_text(parts.output),
        "at": [parts.z, parts.output],
        "activation": activation,
        "curve": [list(point) for point in curve],
    }
    _component(data=data, key=key)

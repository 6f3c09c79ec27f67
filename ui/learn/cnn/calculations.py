"""How the parameters and multiplications of a layer are calculated, with all numbers written out."""

from __future__ import annotations

from model.network.layers import Layer

TIMES = "\N{MIDDLE DOT}"


def parameter_calculation(layer: Layer) -> str:
    """The parameters of a layer that has some: (1 · 3 · 3 + 1) · 32 = 320."""
    if layer.kind == "convolution":
        factors = f"({layer.input[0]} {TIMES} {layer.kernel} {TIMES} {layer.kernel} + 1) {TIMES} {layer.output[0]}"
    elif layer.kind == "dense":
        factors = f"({layer.input[0]} + 1) {TIMES} {layer.output[0]}"
    else:
        factors = f"2 {TIMES} {layer.output[0]}"
    return f"{factors} = {layer.parameters:,}"


def multiplication_calculation(layer: Layer) -> str:
    """The multiplications of a layer for one picture: 1 · 3 · 3 · 32 · 26 · 26 = 194,688."""
    factors = [*layer.input[:1], *([layer.kernel] * 2 if layer.kernel else []), *layer.output]
    return f" {TIMES} ".join(map(str, factors)) + f" = {layer.multiplications:,}"


def as_latex(calculation: str) -> str:
    """A calculation as LaTeX."""
    return calculation.replace(TIMES, r"\cdot").replace(",", "{,}")

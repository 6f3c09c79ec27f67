"""Convolution in one dimension: one curve is flipped and slides over the other."""

from __future__ import annotations

from model.theory.convolution.curves import REACH, STEP, TRAVEL, Floats
from ui.components import register
from ui.components.packing import packed

_component = register("sliding_curves", styles=("buttons",))


def sliding_curves(f: Floats, g: Floats, product: Floats, *, names: tuple[str, str], key: str) -> None:
    """Show two curves of `model.theory.convolution.curves`, and let the student slide the second one.

    product: their convolution at `shifts()`; this curve appears below as far as g has moved. names: of both curves, for
    screen readers.
    """
    data = {
        "f": packed(f),
        "g": packed(g),
        "product": packed(product),
        "reach": REACH,
        "travel": TRAVEL,
        "step": STEP,
        "names": names,
    }
    _component(data=data, key=key)

"""Two curves, one of which is flipped and slides over the other: convolution in one dimension."""

from __future__ import annotations

from model.theory.convolution.curves import REACH, STEP, TRAVEL, Floats
from ui.components import register
from ui.components.packing import packed

_component = register(__file__, "shared/paint", "shared/packing", styles=("shared/buttons",))


def sliding_curves(f: Floats, g: Floats, product: Floats, *, names: tuple[str, str], key: str) -> None:
    """Show two curves of `model.theory.convolution.curves`, and let the student slide the second.

    product: their convolution at `shifts()`, the curve that appears below where g has been. names: how the curves
    are called, for screen readers.
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

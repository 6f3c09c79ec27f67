"""A kernel that slides over a picture: the products under the window, their sum, and the output map."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ui.components import register
from ui.components.packing import packed

Floats = NDArray[np.floating[Any]]

_component = register("sliding_kernel", styles=("buttons",))


def sliding_kernel(
    picture: Floats,
    kernel: Floats,
    output: Floats,
    *,
    key: str,
    stride: int = 1,
    padding: int = 0,
    flipped: bool = False,
    grey: bool = True,
    bias: float | None = None,
    others: Floats | None = None,
    names: tuple[str, str],
) -> None:
    """Show `kernel` (k, k) on `picture` (H, W), and let the student move it; `output` (H', W') fills.

    The browser computes the products under the window and their sum; `output` was computed by PyTorch. grey: the
    picture is light ink on dark, in [0, 1]; else it is drawn on the diverging scale. flipped: whether the kernel is
    flipped. bias, others (H', W'): what is added to the sum at each place. names: of picture and output, for captions.
    """
    data = {
        "picture": packed(picture),
        "size": picture.shape,
        "grey": grey,
        "kernel": packed(kernel),
        "side": len(kernel),
        "stride": stride,
        "padding": padding,
        "flipped": flipped,
        "output": packed(output),
        "places": output.shape,
        "bias": bias,
        "others": None if others is None else packed(others),
        "names": names,
    }
    _component(data=data, key=key)

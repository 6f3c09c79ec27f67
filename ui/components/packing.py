"""Numbers on their way to the browser, where shared/packing.js reads them."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
from numpy.typing import NDArray


def packed(numbers: NDArray[np.floating[Any]]) -> str:
    """As little-endian float32, row by row, in base64: a third of what JSON takes, and nothing is rounded further."""
    return base64.b64encode(np.ascontiguousarray(numbers, "<f4").tobytes()).decode()

"""Convolution in one dimension: one curve slides over another, and the result is the area below their product."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

REACH = 5.0
"""The curves are sampled from -REACH to REACH and are zero elsewhere."""

TRAVEL = 4.0
"""The flipped curve slides from -TRAVEL to TRAVEL."""

STEP = 0.02
"""The distance between two samples of a curve. Each jump of a curve lies between two samples."""


def _triangle(tau: Floats, middle: float, half: float) -> Floats:
    """A triangle of height 1 and width 2 half."""
    return cast("Floats", np.maximum(0, 1 - np.abs(tau - middle) / half))


CURVES: dict[str, Callable[[Floats], Floats]] = {
    "box": lambda tau: np.where(np.abs(tau) < 0.5, 1.0, 0.0),
    "triangle": lambda tau: _triangle(tau, 0, 1),
    "gaussian": lambda tau: np.exp(-np.pi * tau**2),
    "decay": lambda tau: np.where(tau > 0, np.exp(-np.maximum(tau, 0)), 0.0),
    "sine": lambda tau: np.where(np.abs(tau) < 1, np.sin(np.pi * tau), 0.0),
    "spikes": lambda tau: 2 * (_triangle(tau, -1, 0.25) + _triangle(tau, 1, 0.25)),
}
"""Curves by name. The area below each is 1, with two exceptions: the two halves of the sine cancel to 0, and the decay
is cut off at REACH."""


def samples() -> Floats:
    """float64 (n,): the positions of the samples, in the middle of each STEP, so that no sample is at a jump."""
    count = round(2 * REACH / STEP)
    return cast("Floats", (np.arange(count) + 0.5) * STEP - REACH)


def shifts() -> Floats:
    """float64 (m,): every t at which the convolution is computed, from -TRAVEL to TRAVEL in steps of STEP."""
    count = round(TRAVEL / STEP)
    return cast("Floats", np.arange(-count, count + 1) * STEP)


def curve(name: str) -> Floats:
    """float64 (n,): samples of a curve of CURVES. Raises KeyError for another name."""
    return CURVES[name](samples())


def convolve(f: Floats, g: Floats) -> Floats:
    """float64 (m,): (f*g)(t) at every t of `shifts`, for curves sampled at `samples`.

    The integral of f(tau) g(t - tau) by the midpoint rule: numpy's discrete convolution times the step. Raises
    ValueError for samples at other places.
    """
    count = len(samples())
    if not len(f) == len(g) == count:
        raise ValueError(f"A curve has {count} samples, these have {len(f)} and {len(g)}.")
    whole = np.convolve(f, g) * STEP  # the middle is t = 0
    travel = round(TRAVEL / STEP)
    return whole[count - 1 - travel : count + travel]

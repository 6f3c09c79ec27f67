"""Gradient descent on small surfaces: the paths of SGD, momentum and Adam, each step as in torch.optim."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

Optimizer = Literal["sgd", "momentum", "adam"]
Point = tuple[float, float]
OPTIMIZERS: tuple[Optimizer, ...] = ("sgd", "momentum", "adam")

STEPS = 100
"""Steps of a path: enough for every path that reaches a minimum."""

WIDTH, HEIGHT = 3.0, 2.0
"""The map shows x from -WIDTH to WIDTH and y from -HEIGHT to HEIGHT."""

DIVERGENCE_LIMIT = 1e6
"""A path has diverged if a parameter is larger than this or not finite."""

ARRIVAL_DISTANCE = 0.05
"""A path has arrived if its distance from a minimum is at most this."""

BETAS, EPSILON = (0.9, 0.999), 1e-8
"""Adam's own settings, torch's defaults."""


@dataclass(frozen=True)
class Surface:
    """A loss of two parameters: the sum of factor * x**i * y**j over `terms`, which hold (factor, i, j).

    minima: its local minima. start: the default start of a path.
    """

    key: str
    terms: tuple[tuple[float, int, int], ...]
    minima: tuple[Point, ...]
    start: Point


SURFACES = (
    Surface("bowl", ((0.5, 2, 0), (0.5, 0, 2)), ((0.0, 0.0),), (-2.4, 1.4)),
    Surface("valley", ((0.05, 2, 0), (1.5, 0, 2)), ((0.0, 0.0),), (-2.6, 1.2)),
    Surface("saddle", ((0.5, 2, 0), (-0.5, 0, 2), (0.125, 0, 4)), ((0.0, -(2**0.5)), (0.0, 2**0.5)), (-2.2, 0.02)),
    Surface("two", ((0.1, 4, 0), (-0.6, 2, 0), (0.25, 1, 0), (0.5, 0, 2)), ((-1.8281, 0.0),), (2.6, 1.2)),
)
"""A round bowl, a long valley, a saddle between two minima, and two valleys of which one is deeper."""


def height(surface: Surface, point: Point) -> float:
    """The loss at a point; infinite if it is too large for a float."""
    x, y = point
    try:
        return sum(factor * x**i * y**j for factor, i, j in surface.terms)
    except OverflowError:
        return math.inf


def gradient(surface: Surface, point: Point) -> Point:
    """The gradient of the loss: its derivatives by x and by y."""
    x, y = point
    across = sum(factor * i * x ** (i - 1) * y**j for factor, i, j in surface.terms if i)
    along = sum(factor * j * x**i * y ** (j - 1) for factor, i, j in surface.terms if j)
    return across, along


def path(surface: Surface, method: Optimizer, start: Point, rate: float, momentum: float) -> list[Point]:
    """The parameters before the first step and after each of STEPS steps. A path that diverges ends there.

    Each step equals that of torch.optim's SGD or Adam in float64. rate: the learning rate. momentum: classical momentum
    (not Nesterov's), used by the method "momentum" only. Adam: Kingma and Ba (2015).
    """
    points = [start]
    mean, square = (0.0, 0.0), (0.0, 0.0)  # the velocity of momentum, or Adam's means of gradient and squared gradient
    beta1, beta2 = BETAS if method == "adam" else (momentum if method == "momentum" else 0.0, 0.0)
    for step in range(1, STEPS + 1):
        slope = gradient(surface, points[-1])
        if method == "adam":
            mean = _mixed(mean, slope, beta1, 1 - beta1)
            square = _mixed(square, (slope[0] ** 2, slope[1] ** 2), beta2, 1 - beta2)
            size, root = rate / (1 - beta1**step), math.sqrt(1 - beta2**step)
            pairs = zip(points[-1], mean, square, strict=True)
            x, y = (value - size * m / (math.sqrt(s) / root + EPSILON) for value, m, s in pairs)
        else:
            mean = _mixed(mean, slope, beta1, 1.0)
            x, y = _mixed(points[-1], mean, 1.0, -rate)
        points.append((x, y))
        if has_diverged((x, y)):
            break
    return points


def _mixed(one: Point, other: Point, share: float, rest: float) -> Point:
    return share * one[0] + rest * other[0], share * one[1] + rest * other[1]


def has_diverged(point: Point) -> bool:
    """Whether a parameter is not finite or larger than DIVERGENCE_LIMIT."""
    return not all(math.isfinite(value) and abs(value) <= DIVERGENCE_LIMIT for value in point)


def has_arrived(surface: Surface, point: Point) -> bool:
    """Whether the distance from a minimum of the surface is at most ARRIVAL_DISTANCE."""
    return any(math.dist(point, low) <= ARRIVAL_DISTANCE for low in surface.minima)


def path_end(surface: Surface, points: list[Point]) -> Literal["arrived", "diverged", "under way"]:
    """The end of a path: at a minimum, diverged, or neither."""
    if has_diverged(points[-1]):
        return "diverged"
    return "arrived" if has_arrived(surface, points[-1]) else "under way"


def all_paths(surface: Surface, start: Point, rate: float, momentum: float) -> dict[Optimizer, list[Point]]:
    """The paths of all three methods."""
    return {method: path(surface, method, start, rate, momentum) for method in OPTIMIZERS}


def stable_rate(surface: Surface) -> float:
    """The learning rate below which plain SGD converges near the first minimum: 2 / (the largest curvature there)."""
    x, y = surface.minima[0]
    across = sum(factor * i * (i - 1) * x ** (i - 2) * y**j for factor, i, j in surface.terms if i > 1)
    along = sum(factor * j * (j - 1) * x**i * y ** (j - 2) for factor, i, j in surface.terms if j > 1)
    both = sum(factor * i * x ** (i - 1) * j * y ** (j - 1) for factor, i, j in surface.terms if i and j)
    return 2 / float(np.linalg.eigvalsh([[across, both], [both, along]])[-1])

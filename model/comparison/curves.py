"""Training and validation curves of one run, as points."""

from __future__ import annotations

import math
from collections.abc import Mapping
from enum import Enum, auto
from typing import Any

from model.comparison.compared_run import finite_number
from model.runs.metrics import Metrics

TRAINING_POINTS = 80
"""The largest number of points of a training curve. Each point is a mean, because single batches vary a lot."""

Curve = list[tuple[float, float]]
"""Points (x, y). x: epochs, or seconds of training. y: a share from 0 to 1, or a loss in nats."""


class CurveMetric(Enum):
    """The y of a curve. The error is 1 minus the accuracy; the loss is the cross-entropy in nats."""

    ACCURACY = auto()
    ERROR = auto()
    LOSS = auto()


def validation_curve(metrics: Metrics, metric: CurveMetric, *, by_time: bool = False) -> Curve:
    """The checks within the first epoch, then the end of each epoch; empty without validation pictures."""
    names = ("loss", "accuracy"), ("validation_loss", "validation_accuracy")
    points = [
        _point(record, metric, *keys, by_time=by_time)
        for keys, records in zip(names, (metrics.checks, metrics.epochs), strict=True)
        for record in records
    ]
    return [point for point in points if point]


def training_curve(metrics: Metrics, metric: CurveMetric, *, by_time: bool = False) -> Curve:
    """Means over groups of equally many training records, with their augmentation and label smoothing."""
    points = [_point(record, metric, "loss", "accuracy", by_time=by_time) for record in metrics.steps]
    known = [point for point in points if point]
    size = max(1, math.ceil(len(known) / TRAINING_POINTS))
    parts = [known[at : at + size] for at in range(0, len(known), size)]
    return [(part[-1][0], sum(y for _x, y in part) / len(part)) for part in parts]


def _point(
    record: Mapping[str, Any], metric: CurveMetric, loss: str, accuracy: str, *, by_time: bool
) -> tuple[float, float] | None:
    """The point of one record; None if a number is missing."""
    x = finite_number(record, "elapsed" if by_time else "epoch")
    y = finite_number(record, loss if metric is CurveMetric.LOSS else accuracy)
    if x is None or y is None:
        return None
    return x, 1 - y if metric is CurveMetric.ERROR else y

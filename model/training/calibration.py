"""Calibration: how well the probabilities of a network agree with its accuracy."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True)
class Bin:
    """Images whose answers have similar probabilities.

    low, high: the bounds of these probabilities; low itself is not included. confidence: their mean. accuracy: the
    share of the images read correctly. count: the number of images, at least 1.
    """

    low: float
    high: float
    confidence: float
    accuracy: float
    count: int


@dataclass(frozen=True)
class Calibration:
    """The reliability of a network's probabilities.

    bins: in rising order of probability, without empty ones. error: the expected calibration error, 0 to 1: the
    difference of confidence and accuracy, as a mean over the images.
    """

    bins: list[Bin]
    error: float


def calibration(logits: Tensor, labels: Tensor, bins: int = 10) -> Calibration:
    """Confidence against accuracy of float32 logits (N, 10) for int64 labels (N,), in `bins` bins of equal width.

    A calibrated network reads half of those images correctly whose answer has a probability of 0.5. Method: Guo et
    al., "On Calibration of Modern Neural Networks" (2017). Raises ValueError if there are no images.
    """
    if not len(labels):
        raise ValueError("There are no pictures to score.")
    confidences, digits = logits.cpu().double().softmax(1).max(1)
    correct = (digits == labels.cpu()).double()
    numbers = ((confidences * bins).ceil().long() - 1).clamp(0, bins - 1)
    found = []
    for number in range(bins):
        inside = numbers == number
        if count := int(inside.sum()):
            confidence, accuracy = float(confidences[inside].mean()), float(correct[inside].mean())
            found.append(Bin(number / bins, (number + 1) / bins, confidence, accuracy, count))
    error = sum(each.count * abs(each.confidence - each.accuracy) for each in found) / len(labels)
    return Calibration(found, error)

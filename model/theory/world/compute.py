"""The computing time of a network for one picture, and the factor for a training step."""

from __future__ import annotations

import statistics
import time

import torch

from model.network.cnn import DigitCNN, example_input

TRAINING_FACTOR = 3
"""A training step costs about three forward passes: one forward, one each for the gradients of inputs and weights."""

_REPEATS = 9


def seconds_per_reading(network: DigitCNN) -> float:
    """The seconds that this machine takes for one 28x28 picture on the calling thread: the median of 9 forward passes.

    PyTorch uses as many threads as `torch.get_num_threads` says, which is one in the app.
    """
    times = []
    with torch.inference_mode():
        for _repeat in range(_REPEATS):
            begin = time.perf_counter()
            network(example_input())
            times.append(time.perf_counter() - begin)
    return statistics.median(times)

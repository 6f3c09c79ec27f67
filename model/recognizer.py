"""The recognizer reads drawings with a trained network."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray

from model.data.preprocess import Float, Preprocessed, Steps, preprocess
from model.network.checkpoint import Checkpoint, load_checkpoint
from model.network.cnn import DigitCNN
from model.network.layers import CLASSES

SHIPPED_WEIGHTS = Path(__file__).parent / "weights" / "digit-cnn.safetensors"
"""The network that comes with the project; docs/training.md has the command that trained it."""

CLOSE_CALL = 0.25
"""The smallest probability of the second digit for which it is mentioned too."""


@dataclass(frozen=True)
class Reading:
    """The answer of the network for one drawing.

    digit: 0 to 9, or None if there is no ink. probabilities: float32 (10,), sums to 1; all 0.1 if there is no ink.
    image: float32 (28, 28) in [0, 1], the network's input. steps: the results of the preprocessing steps.
    """

    digit: int | None
    probabilities: Float
    image: Float
    steps: Preprocessed

    @property
    def runner_up(self) -> int | None:
        """The digit with the second highest probability if that is at least CLOSE_CALL, else None."""
        if self.digit is None:
            return None
        second = int(np.argsort(self.probabilities)[-2])
        return second if self.probabilities[second] >= CLOSE_CALL else None


class Recognizer:
    """A network in evaluation mode, and the checkpoint that it came from. Threads can share it."""

    def __init__(self, checkpoint: Checkpoint) -> None:
        self.checkpoint = checkpoint
        self.network: DigitCNN = checkpoint.build()

    @cached_property
    def fingerprint(self) -> str:
        """A hash of architecture and weights, 16 hexadecimal digits: the key of caches. The file name has no effect."""
        digest = hashlib.sha256(self.checkpoint.model.model_dump_json().encode())
        for name, tensor in sorted(self.checkpoint.weights.items()):
            digest.update(name.encode())
            digest.update(tensor.contiguous().numpy().tobytes())
        return digest.hexdigest()[:16]

    @classmethod
    def load(cls, path: str | Path | None = None) -> Self:
        """The shipped network, or the one in the checkpoint at `path`. Raises CheckpointError with one sentence."""
        return cls(load_checkpoint(path or SHIPPED_WEIGHTS))

    def read(self, pixels: NDArray[Any], steps: Steps | None = None) -> Reading:
        """The answer for uint8 (H, W, 4) RGBA or (H, W) grey. Kinds of pictures and ValueError: see `preprocess`."""
        return self.read_many([pixels], steps)[0]

    def read_many(self, pictures: Sequence[NDArray[Any]], steps: Steps | None = None) -> list[Reading]:
        """One answer for each picture, from one forward pass, which is much faster than one by one."""
        prepared = [preprocess(pixels, steps) for pixels in pictures]
        if not prepared:
            return []
        shares = self.probabilities(np.stack([each.image for each in prepared]))
        return [
            Reading(None, np.full(CLASSES, 1 / CLASSES, np.float32), each.image, each)
            if each.blank
            else Reading(int(share.argmax()), share, each.image, each)
            for each, share in zip(prepared, shares, strict=True)
        ]

    def probabilities(self, images: Float) -> Float:
        """float32 (N, 28, 28) in [0, 1] -> float32 (N, 10), each row summing to 1: the softmax of the logits."""
        with torch.inference_mode():
            logits = self.network(torch.from_numpy(np.ascontiguousarray(images))[:, None])
            return logits.softmax(dim=1).numpy()  # type: ignore[no-any-return]

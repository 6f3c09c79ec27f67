"""The three questions of the lesson on CNNs in the world."""

from __future__ import annotations

import torch
from torch import Tensor

from model.language import _
from model.network.config import ModelConfig
from model.recognizer import Recognizer
from model.theory.world.perturbation import RANGES, Perturbation
from ui.learn.question import Question
from ui.learn.world.perturbation import DIRECTIONS, NAMES, read_series
from ui.shared.formatting import percent


def largest_move(recognizer: Recognizer, image: Tensor, kind: Perturbation) -> Question:
    """How far the digit can be moved. kind: the chosen perturbation; other ones count as a move to the right."""
    direction = kind if kind in DIRECTIONS else DIRECTIONS[0]
    found = read_series(recognizer, image, direction)
    if found.first_change is None:
        last = len(found.strengths) - 1
        result = _("The answer stays {digit} all the way.", digit=found.digits[0])
    else:
        last = found.first_change - 1
        result = _(
            "Moved by {last} pixels it is still read as {digit}, by {next} pixels as {other}.",
            last=last,
            digit=found.digits[0],
            next=found.first_change,
            other=found.digits[found.first_change],
        )
    reason = _(
        "Kernels work at every place, and pooling evens out a move by one pixel. But the dense layers have a weight "
        "for each place, and they learned from digits in the middle."
    )
    return Question(
        "move",
        _(
            "“{way}”: your digit is moved pixel by pixel, by up to {most}, after the preprocessing. What is the "
            "largest move up to which the answer stays the same? (To within 1 pixel.)",
            way=_(NAMES[direction]),
            most=int(RANGES[direction].most),
        ),
        last,
        f"{result} {reason}",
        tolerance=1,
    )


def negative_digit(recognizer: Recognizer, image: Tensor) -> Question:
    """How the network reads the negative of the digit. image: float32 (28, 28)."""
    usual, negative = recognizer.probabilities(torch.stack([image, 1 - image]).numpy())
    before, after = int(usual.argmax()), int(negative.argmax())
    choices = (_("Still {digit}", digit=before), _("Another digit"))
    return Question(
        "negative",
        _(
            "Your digit becomes a negative: black ink on white paper, with every stroke in its place. How does the "
            "network read it?"
        ),
        choices[0] if before == after else choices[1],
        _(
            "The network reads the negative as {after} and is {share} sure. You see shapes, but the network multiplies "
            "brightness by weights. A picture that is bright where its training pictures were dark is nothing like "
            "them.",
            after=after,
            share=percent(float(negative[after])),
        ),
        choices,
    )


def most_multiplications(config: ModelConfig) -> Question:
    """Which layer needs most of the multiplications."""
    working = [layer for layer in config.layers() if layer.multiplications]
    most = max(working, key=lambda layer: layer.multiplications)
    return Question(
        "work",
        _("Which layer of the chosen network needs most of the multiplications for one digit?"),
        most.name,
        _(
            "The multiplications are: {counts}. A convolution uses each of its weights once at every place of its "
            "map. A dense layer uses each of its weights only once. {name} needs {share} of all multiplications.",
            counts=", ".join(f"{layer.name} {layer.multiplications:,}" for layer in working),
            name=most.name,
            share=percent(most.multiplications / sum(layer.multiplications for layer in working), counted=True),
        ),
        tuple(layer.name for layer in working),
    )

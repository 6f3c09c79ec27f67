"""What the filters of a network look for: kernels, activations, receptive fields, and what excites each filter most.

Nothing here changes the network that it is given: there are no hooks, and long passes work on a private copy. Blocks
and channels count from 0, as in `network.blocks`.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Generator
from dataclasses import dataclass
from typing import NamedTuple, cast

import torch
from torch import Tensor
from torch.nn.utils.fusion import fuse_conv_bn_weights

from model.data.datasets import ImageSet, to_float
from model.network.cnn import ConvBlock, DigitCNN
from model.network.config import ModelConfig
from model.network.layers import CLASSES, IMAGE_SIZE

BATCH = 64
"""Pictures at once: few enough for a first layer's feature maps to stay in the processor's cache."""

STRONGEST = 9
"""How many pictures are kept for each filter."""

DEAD_RANGE = 1e-6
"""A filter whose activation moves by less than this over a whole data set is dead."""

SURVEY_SECONDS = 6.0
EXTREMES = 1.6
"""Times as long as a plain pass takes a survey, which also looks for the lowest and the highest activations."""

SAMPLE_SEED = 0

Progress = Generator[float, None, None]
"""Long work yields the share that is done, from 0 to 1; its result is what the generator returns."""


@dataclass(frozen=True)
class Kernels:
    """weights: float32 (filters, channels, k, k). bias: float32 (filters,). norms: float32 (filters,), Euclidean."""

    weights: Tensor
    bias: Tensor
    norms: Tensor


class Hit(NamedTuple):
    """Where a filter was excited: number of the picture, row and column of the activation map, and its value there."""

    picture: int
    y: int
    x: int
    value: float


@dataclass(frozen=True)
class BlockSurvey:
    """One block's filters on a data set; an activation is what follows the activation function, before pooling.

    lowest, highest: float32 (filters,), over all pictures and positions. by_digit: float32 (10, filters), the mean over
    the pictures of a digit of their highest activation; nan where the set has no such digit. strongest: for each filter
    the pictures that excite it most, each once, the strongest first.
    """

    lowest: Tensor
    highest: Tensor
    by_digit: Tensor
    strongest: tuple[tuple[Hit, ...], ...]

    @property
    def dead(self) -> Tensor:
        """Bool (filters,): practically the same activation for every picture at every position."""
        return self.highest - self.lowest < DEAD_RANGE


@dataclass(frozen=True)
class Survey:
    """count: pictures seen. blocks: one record per convolutional block."""

    count: int
    blocks: tuple[BlockSurvey, ...]


def blocks_of(network: DigitCNN) -> list[ConvBlock]:
    """The convolutional blocks, in order."""
    return [cast("ConvBlock", block) for block in network.blocks]


def require_evaluation_mode(network: DigitCNN) -> None:
    """Raises ValueError for a network in training mode, where dropout and batch statistics would blur every figure."""
    if network.training:
        raise ValueError("Only a network in evaluation mode can be inspected; call network.eval() first.")


def working_copy(network: DigitCNN) -> DigitCNN:
    """A private copy on the CPU, in evaluation mode, without gradients.

    Its weights lie channels last, in which max pooling is seven times as fast and a whole pass three times.
    """
    private = copy.deepcopy(network).cpu().eval().requires_grad_(False)
    return private.to(memory_format=torch.channels_last)


@torch.inference_mode()
def layer_outputs(network: DigitCNN, image: Tensor) -> dict[str, Tensor]:
    """Every layer's output for one picture, float32 (28, 28) in [0, 1], by its name in `ModelConfig.layers`.

    The outputs have no batch dimension. Raises ValueError for another shape or a network in training mode.
    """
    require_evaluation_mode(network)
    if image.shape != (IMAGE_SIZE, IMAGE_SIZE):
        raise ValueError(f"A picture has {IMAGE_SIZE}x{IMAGE_SIZE} pixels, this one has {tuple(image.shape)}.")
    return {name: output[0] for name, output in network.stages(image[None, None])}


@torch.inference_mode()
def activation_maps(network: DigitCNN, block: int, image: Tensor) -> Tensor:
    """float32 (filters, H, W): the block's activations, before pooling, for one picture; see `layer_outputs`."""
    return layer_outputs(network, image)[activation_name(block)]


def activation_name(block: int) -> str:
    """The layer in which a block's filters answer, by its name in `ModelConfig.layers`."""
    return f"activation{block + 1}"


@torch.no_grad()
def kernels(network: DigitCNN, block: int) -> Kernels:
    """The block's filters as they work on its input, in a copy.

    Batch normalisation, where there is one, is folded in: it multiplies each filter's answer by a constant of its own,
    and without that factor neither norms nor pictures of two filters could be compared.
    """
    part = blocks_of(network)[block]
    conv, norm = part.conv, part.norm
    assert conv.bias is not None  # noqa: S101 - DigitCNN's convolutions have one
    weights, bias = conv.weight.detach().clone(), conv.bias.detach().clone()
    if norm is not None:
        assert norm.running_mean is not None  # noqa: S101
        assert norm.running_var is not None  # noqa: S101
        folded = fuse_conv_bn_weights(
            weights, bias, norm.running_mean, norm.running_var, norm.eps, norm.weight, norm.bias
        )
        weights, bias = (each.detach() for each in folded)
    return Kernels(weights, bias, weights.flatten(1).norm(dim=1))


def seconds_per_picture(config: ModelConfig, start: int = 0) -> float:
    """What one picture costs from block `start` on, on one thread, in batches, by the size of the layers.

    A fit to measurements on one core of an Intel Xeon with AVX-512 (PyTorch 2.15, `working_copy`): 4 us, 11 ps for each
    multiplication and 0.9 ns for each number of a feature map. It is no promise for other machines; it makes the
    number of pictures depend on the network alone.
    """
    multiplications = elements = 0
    reached = False
    for layer in config.layers():
        reached = reached or layer.name == f"conv{start + 1}"
        if layer.kind == "dense" or reached:
            multiplications += layer.multiplications
        if layer.kind == "convolution" and reached:
            elements += math.prod(layer.output)
    return 4e-6 + 11e-12 * multiplications + 0.9e-9 * elements


def sample(count: int, wanted: float) -> Tensor:
    """int64, in order: all numbers below `count`, or as many as wanted, at least 500, drawn with a fixed seed."""
    most = max(500, int(wanted))
    if most >= count:
        return torch.arange(count)
    order = torch.randperm(count, generator=torch.Generator().manual_seed(SAMPLE_SEED))
    return order[:most].sort().values


def survey(network: DigitCNN, images: ImageSet) -> Generator[float, None, Survey]:
    """One pass over a data set: what excites each filter of each block, and which filters are dead.

    Yields its progress, returns the Survey; picture numbers are those of `images`. Sees all pictures where that takes
    about SURVEY_SECONDS by `seconds_per_picture`, else a random part with a fixed seed. Raises ValueError for an empty
    set.
    """
    if not len(images):
        raise ValueError("There are no pictures to survey.")
    private = working_copy(network)
    chosen = sample(len(images), SURVEY_SECONDS / (EXTREMES * seconds_per_picture(private.config)))
    tallies = [_Tally(filters) for filters in private.config.filters]
    done = 0
    for numbers in torch.split(chosen, BATCH):
        _observe(private, images, numbers, tallies)
        done += len(numbers)
        yield done / len(chosen)
    return Survey(len(chosen), tuple(_finish(private, images, block, tally) for block, tally in enumerate(tallies)))


class _Tally:
    """What a survey remembers of one block between two batches."""

    def __init__(self, filters: int) -> None:
        self.lowest = torch.full((filters,), float("inf"))
        self.highest = torch.full((filters,), float("-inf"))
        self.sums = torch.zeros(CLASSES, filters, dtype=torch.float64)
        self.counts = torch.zeros(CLASSES)
        self.values = torch.empty(0, filters)  # (up to STRONGEST, filters), the largest maxima so far
        self.pictures = torch.empty(0, filters, dtype=torch.long)


@torch.inference_mode()  # never around a yield: the mode would leak to whoever runs next on the thread
def _observe(network: DigitCNN, images: ImageSet, numbers: Tensor, tallies: list[_Tally]) -> None:
    x = to_float(images.images[numbers])
    labels = images.labels[numbers]
    for block, tally in zip(blocks_of(network), tallies, strict=True):
        for name, output in block.stages(x):
            x = output
            if not name.startswith("activation"):
                continue
            maxima = output.amax((2, 3))  # (N, filters)
            tally.lowest = torch.minimum(tally.lowest, output.amin((0, 2, 3)))
            tally.highest = torch.maximum(tally.highest, maxima.amax(0))
            tally.sums.index_add_(0, labels, maxima.double())
            tally.counts += torch.bincount(labels, minlength=CLASSES)
            values = torch.cat((tally.values, maxima))
            pictures = torch.cat((tally.pictures, numbers[:, None].expand_as(maxima)))
            tally.values, order = values.topk(min(STRONGEST, len(values)), dim=0)
            tally.pictures = pictures.gather(0, order)


@torch.inference_mode()
def _finish(network: DigitCNN, images: ImageSet, block: int, tally: _Tally) -> BlockSurvey:
    """The tally of a block, with the place of each hit, for which the few pictures are read once more."""
    which, back = torch.unique(tally.pictures, return_inverse=True)  # (pictures,), (up to STRONGEST, filters)
    channels = torch.arange(tally.pictures.shape[1])
    places = torch.empty_like(tally.pictures)
    width = 0
    for start in range(0, len(which), BATCH):
        part = which[start : start + BATCH]
        maps = _activations(network, block, to_float(images.images[part]))
        width = maps.shape[3]
        best = maps.flatten(2).argmax(2)  # (N, filters)
        inside = (back >= start) & (back < start + BATCH)
        rows = (back - start).clamp(0, len(part) - 1)
        places = torch.where(inside, best[rows, channels], places)
    strongest = tuple(
        tuple(
            Hit(picture, place // width, place % width, value)
            for picture, place, value in zip(
                tally.pictures[:, channel].tolist(),
                places[:, channel].tolist(),
                tally.values[:, channel].tolist(),
                strict=True,
            )
        )
        for channel in channels.tolist()
    )
    by_digit = (tally.sums / tally.counts[:, None]).float()
    return BlockSurvey(tally.lowest.clone(), tally.highest.clone(), by_digit, strongest)


def _activations(network: DigitCNN, block: int, x: Tensor) -> Tensor:
    """The block's activations before pooling, float32 (N, filters, H, W)."""
    parts = blocks_of(network)
    for part in parts[:block]:
        x = part(x)
    return dict(parts[block].stages(x))[activation_name(block)]

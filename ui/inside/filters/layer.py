"""One layer of the chosen network as the Filters page shows it."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from model.inspection.activations import activation_maps
from model.inspection.filter_statistics import BlockStatistics, FilterStatistics
from model.inspection.filters import Kernels, kernels
from model.language import _
from model.network.layers import Patch
from model.recognizer import Reading, Recognizer
from ui.components.pictures import Picture
from ui.inside.filters.choices import MEAN, STRONGEST, Off, all_off, switched_off
from ui.inside.filters.results import statistics_of


@dataclass(frozen=True)
class FilterLayer:
    """One layer, with the session's choices and the results that are ready. Channels count from 0, numbers from 1.

    reading: of the current drawing; None without ink. slices: float32 (filters, k, k), the shown slice of each kernel;
    sources: its input channel, or None for the mean of all. maps: float32 (filters, H, W), the activation maps for the
    drawing. statistics: None until they are computed. all_off: the filters that are off, in all layers.
    """

    recognizer: Recognizer
    block: int
    reading: Reading | None
    kernels: Kernels
    slices: Tensor
    sources: list[int | None]
    maps: Tensor | None
    statistics: FilterStatistics | None
    all_off: Off

    @property
    def number(self) -> int:
        """The number of the layer, from 1."""
        return self.block + 1

    @property
    def count(self) -> int:
        """Filters of the layer."""
        return len(self.slices)

    @property
    def block_statistics(self) -> BlockStatistics | None:
        """The statistics of this layer; None until they are computed."""
        return self.statistics.blocks[self.block] if self.statistics else None

    @property
    def dead(self) -> list[int]:
        """The numbers of the dead filters; none before the statistics are computed."""
        known = self.block_statistics
        return [] if known is None else (known.dead.nonzero().flatten() + 1).tolist()

    @property
    def off(self) -> list[int]:
        """The numbers of the filters of this layer that are off."""
        return switched_off(self.block, self.count)

    @property
    def limit(self) -> float:
        """The end of the colour scale that all kernels of the layer share."""
        return float(self.slices.abs().max())

    def slice_name(self, channel: int) -> str:
        """The shown slice of a kernel, in words; "" for a kernel with a single slice."""
        source = self.sources[channel]
        if self.kernels.weights.shape[1] == 1:
            return ""
        return _("the mean of its slices") if source is None else _("its slice for map {map}", map=source + 1)

    def tile(self, channel: int, figure: str = "", *, marked: bool) -> Picture:
        """A kernel as a picture, with a number such as its norm and its state below."""
        number = channel + 1
        state = [_("dead")] * (number in self.dead) + [_("off")] * (number in self.off)
        words = [_("Kernel of filter {number}", number=number), self.slice_name(channel), figure, *state]
        alt = _(", ").join(word for word in words if word)
        note = " ".join([figure, *state[-1:]]).strip()
        return Picture(self.slices[channel].numpy(), str(number), alt, note, marked, limit=self.limit)


def filter_layer(recognizer: Recognizer, reading: Reading | None, block: int, shown: int | str) -> FilterLayer:
    """The layer, with everything that is quick to compute. shown: the result of `choose_slice`."""
    own = kernels(recognizer.network, block)
    weights = own.weights  # (filters, channels, k, k)
    sources: list[int | None]
    if shown == MEAN:
        slices, sources = weights.mean(1), [None] * len(weights)
    else:
        strongest = weights.flatten(2).norm(dim=2).argmax(1)
        which = strongest if shown == STRONGEST else torch.full_like(strongest, int(shown))
        slices, sources = weights[torch.arange(len(weights)), which], which.tolist()
    inked = reading is not None and reading.digit is not None
    maps = activation_maps(recognizer.network, block, torch.from_numpy(reading.image)) if reading and inked else None
    return FilterLayer(
        recognizer,
        block,
        reading if inked else None,
        own,
        slices,
        sources,
        maps,
        statistics_of(recognizer).result,
        all_off(recognizer.checkpoint.model.filters),
    )


def box_of(patch: Patch) -> tuple[float, float, float, float]:
    """A patch as `Picture.box`: left, top, width, height."""
    return (patch.left, patch.top, patch.right - patch.left, patch.bottom - patch.top)


def in_words(patch: Patch) -> str:
    """A patch in words, for screen readers."""
    rows = {"top": patch.top + 1, "bottom": patch.bottom}
    return _("rows {top} to {bottom}, columns {left} to {right}", left=patch.left + 1, right=patch.right, **rows)

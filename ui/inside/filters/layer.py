"""One layer of the chosen network as the Filters page shows it."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from model.inspection.activations import BlockSurvey, Kernels, Survey, activation_maps, kernels
from model.language import _
from model.network.layers import Patch
from model.recognizer import Reading, Recognizer
from ui.components.pictures import Picture
from ui.inside.filters.state import MEAN, STRONGEST, Off, all_off, silenced, surveyed


@dataclass(frozen=True)
class FilterLayer:
    """A layer, and what is known about it now. Channels count from 0; people and `dead` and `off` count from 1.

    reading: of the present drawing; None without ink. slices: float32 (filters, k, k), what is shown of each kernel;
    sources: which input channel that is, or None for the mean of all. maps: float32 (filters, H, W), the activations
    for the drawing. survey: None until the data set has been looked through. silenced: in all layers.
    """

    recognizer: Recognizer
    block: int
    reading: Reading | None
    kernels: Kernels
    slices: Tensor
    sources: list[int | None]
    maps: Tensor | None
    survey: Survey | None
    silenced: Off

    @property
    def number(self) -> int:
        """As people count."""
        return self.block + 1

    @property
    def count(self) -> int:
        """How many filters it has."""
        return len(self.slices)

    @property
    def known(self) -> BlockSurvey | None:
        """What the data set told about it."""
        return self.survey.blocks[self.block] if self.survey else None

    @property
    def dead(self) -> list[int]:
        """The numbers of the filters known to be dead."""
        return [] if self.known is None else (self.known.dead.nonzero().flatten() + 1).tolist()

    @property
    def off(self) -> list[int]:
        """The numbers of its silenced filters."""
        return silenced(self.block, self.count)

    @property
    def limit(self) -> float:
        """The end of the scale that all its kernels share."""
        return float(self.slices.abs().max())

    def slice_name(self, channel: int) -> str:
        """What is shown of a kernel, in words; "" where the kernel is a single slice."""
        source = self.sources[channel]
        if self.kernels.weights.shape[1] == 1:
            return ""
        return _("the mean of its slices") if source is None else _("its slice for map {map}", map=source + 1)

    def tile(self, channel: int, figure: str = "", *, marked: bool) -> Picture:
        """A kernel as a picture, with a figure and its state below."""
        number = channel + 1
        state = [_("dead")] * (number in self.dead) + [_("off")] * (number in self.off)
        words = [_("Kernel of filter {number}", number=number), self.slice_name(channel), figure, *state]
        alt = _(", ").join(word for word in words if word)
        note = " ".join([figure, *state[-1:]]).strip()
        return Picture(self.slices[channel].numpy(), str(number), alt, note, marked, limit=self.limit)


def look_at(recognizer: Recognizer, reading: Reading | None, block: int, shown: int | str) -> FilterLayer:
    """Everything about a layer that takes no time. shown: what `choose_slice` returned."""
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
        surveyed(recognizer.fingerprint, recognizer).result,
        all_off(recognizer.checkpoint.model.filters),
    )


def box_of(patch: Patch) -> tuple[float, float, float, float]:
    """A patch as `Picture.box` takes it."""
    return (patch.left, patch.top, patch.right - patch.left, patch.bottom - patch.top)


def in_words(patch: Patch) -> str:
    """A patch for screen readers."""
    rows = {"top": patch.top + 1, "bottom": patch.bottom}
    return _("rows {top} to {bottom}, columns {left} to {right}", left=patch.left + 1, right=patch.right, **rows)

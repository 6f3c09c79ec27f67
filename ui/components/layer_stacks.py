"""A network as stacks of feature maps, drawn to scale, with details of the chosen layer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor

from model.network.layers import ReceptiveField
from ui.components import register
from ui.components.packing import packed

_component = register("layer_stacks")

CELLS = 24
"""How many numbers of a layer without maps are drawn."""


@dataclass(frozen=True)
class LayerStack:
    """One layer in the drawing. All texts are in the reader's language.

    title, shape: written below it. values: the map that is shown, float32 (H, W), or the units, (units,). index: which
    of `count` maps it is, from 0. limit: the end of the colour scale, None for a grey picture. facts: label and text of
    each line. field: the receptive field of one number, None for the whole picture. marks: written beside the units.
    """

    title: str
    shape: str
    values: Tensor
    count: int
    index: int
    limit: float | None
    facts: Sequence[tuple[str, str]]
    field: ReceptiveField | None = None
    marks: Sequence[str] = ()


def layer_stacks(stacks: Sequence[LayerStack], *, start: int, key: str) -> None:
    """Show the stacks; the first is the picture. start: the index of the one whose details are shown at first."""
    data = {
        "start": start,
        "stacks": [
            {
                "title": stack.title,
                "shape": stack.shape,
                "count": stack.count,
                "index": stack.index,
                "limit": stack.limit,
                "map": stack.values.ndim == 2,
                "units": stack.values.numel(),
                "height": stack.values.shape[0],
                "width": stack.values.shape[-1],
                "values": packed((stack.values if stack.values.ndim == 2 else stack.values[:CELLS]).numpy()),
                "facts": [list(fact) for fact in stack.facts],
                "marks": list(stack.marks),
                "field": None if stack.field is None else {"side": stack.field.size, "step": stack.field.step},
            }
            for stack in stacks
        ],
    }
    _component(data=data, key=key)

"""A network as stacks of maps, to scale, with the digit's own maps in front; a chosen layer explains its figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor

from model.network.layers import ReceptiveField
from ui.components import register
from ui.components.packing import packed

_component = register(__file__, "shared/palette", "shared/paint", "shared/packing")

CELLS = 24
"""Numbers of a layer without maps that are drawn, the first ones."""


@dataclass(frozen=True)
class Stack:
    """One block of the drawing. All texts are in the reader's language.

    title, shape: written below it. values: float32 (H, W), the map that is shown, or (units,). index: which of `count`
    maps that is. limit: the end of the scale, None for a grey picture. facts: label and text, line by line. field: what
    a number of the map sees, None for the whole picture. marks: written beside the units, for the ten answers.
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


def layer_stacks(stacks: Sequence[Stack], *, start: int, key: str) -> None:
    """Show the stacks, the first of which is the picture itself; `start`: which one is explained at first."""
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

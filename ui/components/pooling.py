"""A window that slides over a map while the pooled map fills: by pointer, by arrow keys or by itself."""

from __future__ import annotations

from torch import Tensor

from model.theory.pooling import PoolingKind
from ui.components import register
from ui.components.packing import packed

_component = register("pooling", styles=("buttons",))


def sliding_window(
    values: Tensor,
    kind: PoolingKind,
    window: int,
    stride: int,
    *,
    label: str,
    key: str,
    grey: bool = False,
    full: bool = False,
) -> None:
    """Show a map, float32 (H, W), and the map after pooling. The window may not be larger than the map.

    In maps of few numbers each cell shows its number. label: what the map is, in a few words. grey: the map is a
    picture in [0, 1], light ink on dark; else signed numbers on the diverging scale. full: the pooled map is full at
    first; else it fills while the window moves. The server does nothing while the window moves.
    """
    rows, columns = values.shape
    data = {
        "values": packed(values.numpy()),
        "rows": rows,
        "columns": columns,
        "kind": kind,
        "window": window,
        "stride": stride,
        "label": label,
        "grey": grey,
        "full": full,
    }
    _component(data=data, key=key)

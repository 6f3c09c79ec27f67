"""A window that slides over a map while the pooled map fills: by pointer, arrow keys or on its own."""

from __future__ import annotations

from torch import Tensor

from model.theory.pooling import PoolingKind
from ui.components import register
from ui.components.packing import packed

_component = register(
    __file__, "shared/palette", "shared/paint", "shared/packing", "shared/matrices", styles=("shared/buttons",)
)


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
    """Show float32 (H, W) and what the pooling makes of it; the window is no larger than the map.

    Maps of a few numbers have them written into their cells. label: what the map is, one short line. grey: a picture
    in [0, 1], light ink on dark, else signed numbers on the app's diverging scale. full: the pooled map is filled at
    first, else it fills as the window passes. Nothing runs on the server while the window moves.
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

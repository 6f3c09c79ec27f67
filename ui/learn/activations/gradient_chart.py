"""The chart of a gradient that passes layer after layer, on a logarithmic scale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from model.language import _
from model.theory.activations import NAMES
from ui.shared.charts import Spec, category, layer, names, quantity, show, where
from ui.shared.formatting import short_number

_FLOOR, _TOP = 1e-12, 100.0
_DASHES = [[1, 0], [9, 4], [2, 3], [10, 3, 2, 3], [5, 3]]


def gradient_chart(values: Mapping[str, Sequence[float]], chosen: str, layers: int, title: str) -> None:
    """One line for each function; a mark shows the chosen function and number of layers.

    values: for each function, the share of the gradient that is left after 1, 2, ... layers. title: of the y axis.
    """
    deepest = len(values[chosen])
    table = pd.DataFrame(
        [
            {
                "layers": at,
                "value": value,
                "height": min(max(value, _FLOOR), _TOP),
                "function": _(NAMES[name]),
                "chosen": name == chosen,
                "now": name == chosen and at == layers,
            }
            for name, line in values.items()
            for at, value in enumerate(line, start=1)
        ]
    )
    alt = _(
        "{title}, layer by layer; {function} has {value} after {layers}",
        title=title,
        function=_(NAMES[chosen]),
        value=short_number(values[chosen][layers - 1]),
        layers=layers,
    )
    show(_layers([_(NAMES[name]) for name in values], title, deepest), table, height=300, alt=alt)


def _layers(functions: list[str], title: str, deepest: int) -> list[Spec]:
    """Vega-Lite for the lines and the mark of the table."""
    x_axis = {"format": "d", "tickMinStep": 1, "grid": False}
    y_axis = {"values": [1e-12, 1e-9, 1e-6, 1e-3, 1], "format": ".0e"}
    layers_passed = _("Layers passed")
    place: Spec = {
        "x": quantity("layers", layers_passed, scale={"domain": [1, deepest], "nice": False}, axis=x_axis),
        "y": quantity("height", title, scale={"type": "log", "domain": [_FLOOR, _TOP], "nice": False}, axis=y_axis),
        "tooltip": [
            category("function", _("Function")),
            quantity("layers", layers_passed),
            quantity("value", title, format=".3g"),
        ],
    }
    legend = {
        "orient": "top",
        "columns": 3,
        "offset": 4,
        "symbolType": "stroke",
        "symbolSize": 400,
        "symbolStrokeWidth": 2,
    }
    lines = layer(
        {"type": "line", "clip": True},
        **place,
        color=names("function", functions, legend=legend),
        strokeDash=names("function", functions, range=_DASHES, legend=legend),
        strokeWidth={"condition": {"test": "datum.chosen", "value": 4}, "value": 1.5},
        opacity={"condition": {"test": "datum.chosen", "value": 1}, "value": 0.7},
    )
    point = {"type": "point", "filled": True, "size": 160, "opacity": 1, "color": "#f0a010", "stroke": "white"}
    return [lines, layer({**point, "strokeWidth": 1.5}, None, [where("datum.now")], **place)]

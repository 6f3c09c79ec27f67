"""Charts whose specification is made once: Altair takes 20 ms to check one, which every move of a slider would cost."""

from __future__ import annotations

from typing import Any

import altair as alt

_PARTS = ("mark", "encoding", "transform")
"""Of what Altair makes; size, data and style are Streamlit's."""


def layered(*charts: alt.Chart) -> dict[str, Any]:
    """A specification for `st.vega_lite_chart` of these charts above one another, which share the data given there."""
    found = [chart.to_dict() for chart in charts]
    return {"layer": [{part: layer[part] for part in _PARTS if part in layer} for layer in found]}

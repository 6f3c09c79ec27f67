"""The filters of a layer, ranked by the validation accuracy that the network loses without each of them."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from model.inspection.filter_ranking import FilterRanking
from model.language import _
from ui.inside.filters.ablation import about_validation
from ui.inside.filters.choices import FiltersState, switch_off
from ui.inside.filters.layer import FilterLayer
from ui.inside.filters.results import ranking_of
from ui.shared.state import state_of

LEAST = 10
"""Filters that one button switches off, by the smallest loss of accuracy."""


def ranking(layer: FilterLayer) -> None:
    """A table of the layer's filters, computed after a press of a button."""
    key = (layer.recognizer.fingerprint, layer.block)
    work = ranking_of(layer.recognizer, layer.block)
    started = state_of(FiltersState).rankings
    st.markdown(
        _(
            "Each filter of the layer is switched off alone, and the network reads the validation pictures again. The "
            "lost accuracy shows how much the network depends on this filter. The test pictures are not used for the "
            "ranking: if filters were chosen by them, the test accuracy above would be too high."
        )
    )
    if work.result is None and key not in started:
        st.button(
            _("Rank the filters of layer {layer}", layer=layer.number),
            icon=":material/leaderboard:",
            on_click=started.add,
            args=(key,),
            key="filters_rank",
        )
        return
    result, origin = work.finish(_("Switching off the filters of layer {layer}, one at a time …", layer=layer.number))
    table = _table(layer, result)
    number = st.column_config.NumberColumn
    st.dataframe(
        table,
        hide_index=True,
        height=320,
        alt=_("Filters of layer {layer} by the accuracy lost without them", layer=layer.number),
        column_config={
            "filter": _("Filter"),
            "accuracy": number(_("Accuracy lost"), format="%+.2f"),
            "loss": number(_("Loss rises by"), format="%+.4f"),
            "digit": _("Most affected digit"),
            "worst": number(_("Its accuracy lost"), format="%+.2f"),
            "norm": number(_("Norm"), format="%.2f"),
            "state": _("State"),
        },
    )
    count = result.before.pictures
    note = _(
        "Accuracies are in percentage points. One picture is {point:.3f} points, so the smallest differences may be "
        "due to chance. A number below zero means that the network reads better without the filter. If several "
        "filters do the same work, switching off one of them changes little.",
        point=100 / count,
    )
    st.caption(f"{about_validation(origin, count)} {note}")
    least = table["filter"].tolist()[-LEAST:]
    st.button(
        _("Switch off the {count} with the smallest loss", count=len(least)),
        icon=":material/toggle_off:",
        on_click=switch_off,
        args=(layer.block, least),
        key="filters_least",
    )


def _table(layer: FilterLayer, result: FilterRanking) -> pd.DataFrame:
    """One row per filter, the largest loss of accuracy first; accuracies in percentage points."""
    before = result.before.by_digit
    affected = [(before - score.by_digit).nan_to_num(-1.0).max(0) for score in result.without]
    return pd.DataFrame(
        {
            "filter": range(1, layer.count + 1),
            "accuracy": [100 * lost for lost in result.accuracy_lost],
            "loss": [score.loss - result.before.loss for score in result.without],
            "digit": [int(worst.indices) for worst in affected],
            "worst": [100 * float(worst.values) for worst in affected],
            "norm": layer.kernels.norms.tolist(),
            "state": [_("dead") if number in layer.dead else _("alive") for number in range(1, layer.count + 1)],
        }
    ).sort_values(["accuracy", "loss"], ascending=False)

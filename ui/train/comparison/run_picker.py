"""The chooser of the runs to compare, which follows the page's address."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from model.comparison.compared_run import MAX_COMPARED, compared_run
from model.language import _, ngettext
from model.runs.run import Run
from ui.shared.formatting import ago, percent
from ui.shared.state import state_of
from ui.train.comparison.state import ComparisonState

PICKED = "compare_runs"
"""Key of the widget: the ids of the picked runs."""

QUERY = "runs"


def pick_runs(runs: Sequence[Run], owner: str) -> list[Run]:
    """Let the student pick up to six runs, their own first. The ids of the picked ones stand in the page's address."""
    known = {run.id: run for run in sorted(runs, key=lambda run: run.owner != owner)}
    _follow_address(known, owner)
    names = _names(list(known.values()), owner)
    chosen = st.multiselect(
        _("Runs to compare, up to six"),
        list(known),
        format_func=lambda name: names.get(name, name),
        key=PICKED,
        max_selections=MAX_COMPARED,
        persist_state="session",
        placeholder=_("Pick runs"),
    )
    address = state_of(ComparisonState).address = ",".join(chosen)
    if chosen:
        st.query_params[QUERY] = address
    elif QUERY in st.query_params:
        del st.query_params[QUERY]
    return [known[name] for name in chosen]


def _follow_address(known: dict[str, Run], owner: str) -> None:
    """Pick the runs of a new link; without one the student's newest two. Drop runs that do not exist any more."""
    widgets = st.session_state
    linked = st.query_params.get(QUERY)
    if linked is not None and linked != state_of(ComparisonState).address:
        asked = list(dict.fromkeys(linked.split(",")))
        widgets[PICKED] = [name for name in asked if name in known][:MAX_COMPARED]
        _warn_missing([name for name in asked if name and name not in known], len(asked))
    elif PICKED not in widgets:
        widgets[PICKED] = [run.id for run in known.values() if run.owner == owner and run.settings][:2]
    else:  # set in every run of the page, because the names of the options change with time
        widgets[PICKED] = [name for name in widgets[PICKED] if name in known]


def _warn_missing(missing: Sequence[str], asked: int) -> None:
    if asked - len(missing) > MAX_COMPARED:
        st.warning(_("The link names more than {most} runs; these are the first {most} of them.", most=MAX_COMPARED))
    if missing:
        st.warning(
            ngettext(
                "One run of this link is not here: it was deleted, or the link comes from another computer.",
                "{count} runs of this link are not here: they were deleted, or the link comes from another computer.",
                len(missing),
            )
        )


def _names(runs: Sequence[Run], owner: str) -> dict[str, str]:
    """The name of each run in the chooser, as plain text; no two are the same."""
    names: dict[str, str] = {}
    for run in runs:
        name = " · ".join(part for part in _name_parts(run, owner) if part)
        names[run.id] = f"{name} · {run.id[-6:]}" if name in names.values() else name
    return names


def _name_parts(run: Run, owner: str) -> list[str]:
    """Title, state, accuracy, age, and whether it belongs to another student; "" for what is not known.

    The accuracy is measured on the test pictures, and before that on the validation pictures.
    """
    compared = compared_run(run)
    accuracy = None
    if compared:
        accuracy = compared.best_validation_accuracy if compared.test_accuracy is None else compared.test_accuracy
    return [
        run.title,
        _(run.state.value),
        "" if accuracy is None else percent(accuracy, 2, counted=True),
        ago(run.created),
        "" if run.owner == owner else _("not yours"),
    ]

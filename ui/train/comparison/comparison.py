"""One to six runs side by side: messages, fairness, curves and table. More than one page shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from model.comparison.compared_run import MAX_COMPARED, ComparedRun, compared_run
from model.comparison.fairness import Verdict, judge_fairness
from model.language import _
from model.network.checkpoint import Checkpoint, CheckpointError, load_checkpoint
from model.runs.run import Run, State
from ui.shared.formatting import plain_markdown
from ui.train.comparison.chart import show_chart
from ui.train.comparison.fairness_texts import fact_sentences, verdict_sentence
from ui.train.comparison.table import show_table
from ui.train.run_store import store_or_stop

_REFRESH_SECONDS = 1.0


def show_comparison(runs: list[Run], labels: Mapping[str, str] | None = None) -> None:
    """Compare up to six runs, and refresh while one of them is active. Further runs are left out.

    labels: names to show instead of the titles, by the id of the run; plain text.
    """
    runs = runs[:MAX_COMPARED]
    active = any(run.state.active for run in runs)
    show = st.fragment(_refreshing, run_every=_REFRESH_SECONDS) if active else st.fragment(_show)
    show([run.id for run in runs], labels or {})


def _refreshing(names: Sequence[str], labels: Mapping[str, str]) -> None:
    if not any(run.state.active for run in _show(names, labels)):
        st.rerun()  # all runs have ended: the rest of the page changes too


def _show(names: Sequence[str], labels: Mapping[str, str]) -> list[Run]:
    known = {run.id: run for run in store_or_stop().runs()}
    runs = [known[name] for name in names if name in known]
    _messages(runs, labels)
    compared = [each for run in runs if (each := compared_run(run))]
    titles = [labels.get(each.run.id, each.run.title) for each in compared]
    if len(compared) > 1:
        _fairness(compared)
    if compared:
        show_chart(compared, titles)
        show_table(compared, titles)
    return runs


def _messages(runs: Sequence[Run], labels: Mapping[str, str]) -> None:
    """Errors of the runs, and notices about their data set."""
    for run in runs:
        title = plain_markdown(labels.get(run.id, run.title))
        if run.message:
            failed = run.state in (State.FAILED, State.DAMAGED, State.INTERRUPTED)
            (st.warning if failed else st.info)(f"**{title}** ({_(run.state.value)}): {plain_markdown(run.message)}")
        if run.notice:
            st.info(f"**{title}**: {plain_markdown(run.notice)}")


def _fairness(runs: Sequence[ComparedRun]) -> None:
    found = judge_fairness(runs, [_initial_checkpoint(each.run) for each in runs])
    icon = "balance" if found.verdict is Verdict.FAIR else "info"
    with st.container(border=True, key="fairness"):
        st.markdown(f":material/{icon}: **{verdict_sentence(found)}**")
        st.caption(" ".join(fact_sentences(found)))


def _initial_checkpoint(run: Run) -> Checkpoint | None:
    """The snapshot of step 0; None where it is missing or damaged."""
    first = next(iter(run.snapshots()), None)
    if first is None or first.step:
        return None
    try:
        return _load(str(first.path), first.path.stat().st_mtime_ns)
    except (CheckpointError, OSError):
        return None


@st.cache_resource(max_entries=24, show_spinner=False)
def _load(path: str, changed: int) -> Checkpoint:
    return load_checkpoint(path)

"""A trial on its page: the progress of its runs, then the finding, the comparison and links."""

from __future__ import annotations

import streamlit as st

from model.experiments.experiment import Experiment, Variant
from model.language import _
from model.runs.run import Run, RunError, State
from model.runs.store import RunStore
from ui.shared.formatting import percent, plain_markdown
from ui.shared.state import state_of
from ui.train.comparison.comparison import show_comparison
from ui.train.experiments.all_texts import TEXTS
from ui.train.experiments.finding import show_finding
from ui.train.experiments.state import ExperimentsState
from ui.train.experiments.trial import Trial, latest_trial
from ui.train.permalink import link_of

_REFRESH_SECONDS = 0.7


def show_trial(store: RunStore, trial: Trial, owner: str) -> None:
    """Show the progress of the runs, or the finding once all have ended."""
    texts = TEXTS[trial.experiment.key]
    answer = _("Your prediction: *{choice}*.", choice=_(texts.choices[trial.prediction]))
    st.markdown(f"**{_(texts.question)}** {answer}")
    if trial.active:
        st.fragment(_progress, run_every=_REFRESH_SECONDS)(store, trial.experiment, owner, len(trial.begun))
        if st.button(_("Stop all"), icon=":material/stop:", key="experiment_stop"):
            _stop_all(store, trial, owner)
    else:
        show_finding(trial)
    labels = texts.labels(trial.data)
    begun = {trial.runs[each.key].id: labels[each.key] for each in trial.begun}
    if begun:
        show_comparison([trial.runs[each.key] for each in trial.begun], begun)
    _links(trial)


def _stop_all(store: RunStore, trial: Trial, owner: str) -> None:
    for run in trial.runs.values():
        try:
            store.stop(run.id, owner)
        except RunError as error:
            st.error(plain_markdown(str(error)))
    st.rerun()


def _progress(store: RunStore, experiment: Experiment, owner: str, begun: int) -> None:
    """One bar for each run. Refreshes the whole page when another run has begun, or when all have ended.

    begun: number of runs that had begun when the page was drawn.
    """
    trial = latest_trial(store, experiment, owner)
    if trial is None or not trial.active or len(trial.begun) != begun:
        st.rerun()
    labels = TEXTS[experiment.key].labels(trial.data)
    with st.container(key="experiment_progress"):
        for variant in trial.variants:
            _bar(variant, trial.runs[variant.key], labels[variant.key])


def _bar(variant: Variant, run: Run, label: str) -> None:
    steps = run.metrics().steps
    done = min(1.0, steps[-1]["epoch"] / variant.train.epochs) if steps else 0.0
    waiting = run.state is State.WAITING
    parts = [_("place {place} in the queue", place=run.place) if waiting else _(run.state.value)]
    if steps:
        parts.append(_("training accuracy {share}", share=percent(steps[-1]["accuracy"], counted=True)))
    st.progress(done if run.state.active else 1.0, f"**{label}**: {' · '.join(parts)}")


def _links(trial: Trial) -> None:
    """Where to go next."""
    with st.container(horizontal=True, gap="medium"):
        st.page_link(
            "pages/train/compare.py",
            label=_("Open in Compare runs"),
            icon=":material/compare_arrows:",
            query_params={"runs": ",".join(run.id for run in trial.runs.values())},
        )
        first = trial.variants[0]
        st.page_link(
            "pages/train/retrain.py",
            label=_("Change the settings yourself"),
            icon=":material/tune:",
            query_params=link_of(first.model, first.train),
        )
        if not trial.active:
            st.button(
                _("Predict again"),
                icon=":material/replay:",
                key="experiment_repeat",
                on_click=_repeat,
                args=(trial.experiment.key,),
            )


def _repeat(experiment: str) -> None:
    state_of(ExperimentsState).repeated = experiment

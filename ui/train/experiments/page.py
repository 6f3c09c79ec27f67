"""A guided experiment on its page: predict, run, compare, and read what came out."""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import dataclass
from typing import cast

import pandas as pd
import streamlit as st
import torch

from model.data.datasets import DataError, load_data
from model.experiments.all import EXPERIMENTS, SHIFTS, Data, Experiment, Result, Variant, conclude
from model.language import _, ngettext
from model.network.checkpoint import CheckpointError, load_checkpoint
from model.runs.run import Run, RunError, State
from model.runs.store import RunStore
from model.training.evaluation import shifted_accuracy
from ui.shared.charts import category, layer, quantity, show
from ui.shared.data_set import data_set
from ui.shared.formatting import percent
from ui.shared.shared_work import SharedWork
from ui.train.comparison.page import show_comparison
from ui.train.permalink import link_of

REFRESH_SECONDS = 0.7
SHIFTED_PICTURES = 2_000
"""Test pictures that are moved about: 1 s of work for each network."""

QUERY = "experiment"


@dataclass(frozen=True)
class Trial:
    """One go at an experiment. guess: the choice that the student predicted. runs: by the key of their variant."""

    guess: int
    data: Data
    runs: dict[str, Run]


def choose_experiment() -> Experiment:
    """The chooser of the experiment, which stands in the page's address."""
    titles = {each.key: _(each.title) for each in EXPERIMENTS}
    asked = st.query_params.get(QUERY)
    if asked in titles and st.session_state.get("experiment_asked") != asked:
        st.session_state["experiment"] = asked
    if st.session_state.get("experiment") not in titles:
        st.session_state["experiment"] = EXPERIMENTS[0].key
    key = st.pills(
        _("Experiment"),
        list(titles),
        format_func=titles.__getitem__,
        required=True,
        key="experiment",
        persist_state="session",
        label_visibility="collapsed",
    )
    st.query_params[QUERY] = st.session_state["experiment_asked"] = str(key)
    return next(each for each in EXPERIMENTS if each.key == key)


def data_name() -> Data:
    """The data set that runs would get here: the offline digits where there is no MNIST. Raises DataError."""
    return data_set().name


# --- Trials, which are found again by what stands in their runs' settings ---------------------------------------------


def start(store: RunStore, experiment: Experiment, owner: str, guess: int) -> None:
    """Put all runs of the experiment into the queue. Raises RunError; then none of them stays."""
    data = data_name()
    trial = f"{experiment.key}/{guess}/{data}/{time.strftime('%Y%m%d-%H%M%S')}"
    begun: list[Run] = []
    try:
        for variant in experiment.variants(data):
            name = f"{trial}/{variant.key}"
            title = f"{_(experiment.title)} {variant.label}"
            begun.append(store.start(variant.model, variant.train, owner, title, name))
    except RunError:
        for run in begun:
            store.stop(run.id, owner)
        raise


def latest_trial(store: RunStore, experiment: Experiment, owner: str) -> Trial | None:
    """The student's newest go at it, however long ago; None where there is none."""
    found: dict[str, Run] = {}
    newest: list[str] | None = None
    for run in store.runs(owner):  # the newest first
        words = run.settings.experiment.split("/") if run.settings else []
        if len(words) == 5 and words[0] == experiment.key and (newest is None or words[:4] == newest):
            newest = words[:4]
            found.setdefault(words[4], run)
    if newest is None or newest[2] not in ("mnist", "digits") or not newest[1].isdecimal():
        return None
    guess, data = int(newest[1]), cast("Data", newest[2])
    return Trial(guess, data, found) if guess < len(experiment.choices) else None


# --- What is shown ----------------------------------------------------------------------------------------------------


def predict(store: RunStore, experiment: Experiment, owner: str) -> None:
    """The question; the experiment starts with an answer and not without."""
    guess = st.radio(
        _(experiment.question),
        range(len(experiment.choices)),
        format_func=lambda at: _(experiment.choices[at]),
        index=None,
        key=f"guess_{experiment.key}",
        persist_state="session",
    )
    count = len(experiment.variants("mnist"))
    pressed = st.button(
        ngettext("Start its {count} run", "Start its {count} runs", count),
        icon=":material/play_arrow:",
        type="primary",
        disabled=guess is None,
        key="experiment_start",
    )
    if guess is None:
        st.caption(_("Predict first: then it can start."))
    if pressed and guess is not None:
        try:
            start(store, experiment, owner, guess)
        except (RunError, DataError) as error:
            st.error(str(error))
        else:
            st.session_state["experiment_again"] = None
            st.rerun()


def show_trial(store: RunStore, experiment: Experiment, trial: Trial, owner: str) -> None:
    """How far its runs are; once all are over, the finding."""
    said = _("You said: *{choice}*.", choice=_(experiment.choices[trial.guess]))
    st.markdown(f"**{_(experiment.question)}** {said}")
    if any(run.state.active for run in trial.runs.values()):
        st.fragment(_follow, run_every=REFRESH_SECONDS)(store, experiment, owner, len(_begun(experiment, trial)))
        if st.button(_("Stop all"), icon=":material/stop:", key="experiment_stop"):
            for run in trial.runs.values():
                try:
                    store.stop(run.id, owner)
                except RunError as error:
                    st.error(str(error))
            st.rerun()
    else:
        _finding(experiment, trial)
    begun = {trial.runs[each.key].id: each.label for each in _begun(experiment, trial)}
    if begun:
        show_comparison([trial.runs[each.key] for each in _begun(experiment, trial)], begun)
    _go_on(experiment, trial)


def _there(experiment: Experiment, trial: Trial) -> list[Variant]:
    """The variants whose runs are there: in order, and without those that somebody deleted."""
    return [each for each in experiment.variants(trial.data) if each.key in trial.runs]


def _begun(experiment: Experiment, trial: Trial) -> list[Variant]:
    """Those that have something to show."""
    return [each for each in _there(experiment, trial) if trial.runs[each.key].metrics().start]


def _follow(store: RunStore, experiment: Experiment, owner: str, begun: int) -> None:
    """A line for each run. When one more has begun the page compares it too; when all are over it tells the finding."""
    trial = latest_trial(store, experiment, owner)
    over = trial is None or not any(run.state.active for run in trial.runs.values())
    if trial is None or over or len(_begun(experiment, trial)) != begun:
        st.rerun()
    with st.container(key="experiment_progress"):
        for variant in _there(experiment, trial):
            run = trial.runs[variant.key]
            steps = run.metrics().steps
            done = min(1.0, steps[-1]["epoch"] / variant.train.epochs) if steps else 0.0
            waiting = run.state is State.WAITING
            told = [_("place {place} in the queue", place=run.place) if waiting else _(run.state.value)]
            if steps:
                told.append(_("training accuracy {share}", share=percent(steps[-1]["accuracy"])))
            st.progress(1.0 if not run.state.active else done, f"**{variant.label}**: {' · '.join(told)}")


def _finding(experiment: Experiment, trial: Trial) -> None:
    results = {}
    for variant in _there(experiment, trial):
        run = trial.runs[variant.key]
        shifted = _shifted(run, trial.data) if experiment.shifts else ()
        results[variant.key] = Result.of(run.report(), shifted)
    finding = conclude(experiment, results, trial.data)
    with st.container(key="finding", border=True):
        if finding.answer is not None:
            right = finding.answer == trial.guess
            icon = ":material/check_circle:" if right else ":material/lightbulb:"
            choice = _(experiment.choices[finding.answer])
            true, other = _("**Your prediction came true.** {choice}."), _("**It came out otherwise.** {choice}.")
            st.markdown(f"{icon} {(true if right else other).format(choice=choice)}")
        st.markdown(finding.text)
    if experiment.shifts and all(result.shifted for result in results.values()):
        _shift_chart(experiment, trial, results)


def _shift_chart(experiment: Experiment, trial: Trial, results: dict[str, Result]) -> None:
    rows = [
        (variant.label, pixels, 100 * share)
        for variant in _there(experiment, trial)
        for pixels, share in zip(SHIFTS, results[variant.key].shifted, strict=True)
    ]
    table = pd.DataFrame(rows, columns=["network", "pixels", "accuracy"])
    lines = layer(
        {"type": "line", "point": True},
        x=category("pixels", _("Moved by, pixels"), type="ordinal", axis={"labelAngle": 0}),
        y=quantity("accuracy", _("Read right, %"), scale={"domain": [0, 100]}),
        color=category("network", legend={"orient": "top"}),
        strokeDash=category("network", legend=None),
        tooltip=[
            category("network", _("network")),
            quantity("pixels", _("pixels")),
            quantity("accuracy", _("accuracy, %"), format=".1f"),
        ],
    )
    show([lines], table, height=260, alt=_("Share of moved test pictures that each network reads right"))


def _shifted(run: Run, data: Data) -> tuple[float, ...]:
    path = run.best()
    if path is None:
        return ()
    try:
        return _moved(str(path), path.stat().st_mtime_ns, data).finish(_("Moving the test pictures …"))
    except (CheckpointError, DataError, OSError) as error:
        st.error(str(error))
        return ()


@st.cache_resource(max_entries=64, show_spinner=False)
def _moved(path: str, changed: int, data: Data) -> SharedWork[tuple[float, ...]]:
    def work() -> Generator[float, None, tuple[float, ...]]:
        network = load_checkpoint(path).build()
        known = data_set()
        images = (known if known.name == data else load_data(data)).test
        order = torch.randperm(len(images), generator=torch.Generator().manual_seed(0))[:SHIFTED_PICTURES]
        found = []
        for number, pixels in enumerate(SHIFTS, start=1):
            found.append(shifted_accuracy(network, images[order], pixels))
            yield number / len(SHIFTS)
        return tuple(found)

    return SharedWork(work)


def _go_on(experiment: Experiment, trial: Trial) -> None:
    """Where to from here."""
    runs = ",".join(run.id for run in trial.runs.values())
    with st.container(horizontal=True, gap="medium"):
        st.page_link(
            "pages/train/compare.py",
            label=_("Open in Compare runs"),
            icon=":material/compare_arrows:",
            query_params={"runs": runs},
        )
        first = _there(experiment, trial)[0]
        st.page_link(
            "pages/train/retrain.py",
            label=_("Change it yourself"),
            icon=":material/tune:",
            query_params=link_of(first.model, first.train),
        )
        if not any(run.state.active for run in trial.runs.values()):
            st.button(
                _("Predict again"),
                icon=":material/replay:",
                key="experiment_repeat",
                on_click=lambda: st.session_state.update(experiment_again=experiment.key),
            )

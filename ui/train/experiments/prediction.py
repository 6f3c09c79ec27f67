"""The chooser of the experiment, and the student's prediction that starts its runs."""

from __future__ import annotations

import streamlit as st

from model.data.datasets import DataError
from model.experiments.all_experiments import EXPERIMENTS
from model.experiments.experiment import Data, Experiment
from model.language import _, ngettext
from model.runs.run import RunError
from model.runs.store import RunStore
from ui.shared.data_set import data_set
from ui.shared.formatting import plain_markdown
from ui.shared.state import state_of
from ui.train.experiments.all_texts import TEXTS
from ui.train.experiments.state import ExperimentsState
from ui.train.experiments.trial import start_trial

EXPERIMENT = "experiment"
"""Key of the chooser, and the name of the parameter in the address: the key of the experiment."""


def choose_experiment() -> Experiment:
    """Let the student choose the experiment; its key stands in the page's address."""
    titles = {each.key: _(TEXTS[each.key].title) for each in EXPERIMENTS}
    asked, state = st.query_params.get(EXPERIMENT), state_of(ExperimentsState)
    if asked in titles and state.address != asked:
        st.session_state[EXPERIMENT] = asked
    if st.session_state.get(EXPERIMENT) not in list(titles):  # a list, because a browser may have sent anything
        st.session_state[EXPERIMENT] = EXPERIMENTS[0].key
    key = st.pills(
        _("Experiment"),
        list(titles),
        format_func=titles.__getitem__,
        required=True,
        key=EXPERIMENT,
        persist_state="session",
        label_visibility="collapsed",
    )
    st.query_params[EXPERIMENT] = state.address = str(key)
    return next(each for each in EXPERIMENTS if each.key == key)


def data_name() -> Data:
    """The data set of new runs: MNIST, or the offline digits where MNIST is missing. Raises DataError."""
    return data_set().name


def ask_prediction(store: RunStore, experiment: Experiment, owner: str) -> None:
    """Ask the question. The button that starts the runs is disabled until the student has chosen an answer."""
    texts = TEXTS[experiment.key]
    prediction = st.radio(
        _(texts.question),
        experiment.choices,
        format_func=lambda choice: _(texts.choices[choice]),
        index=None,
        key=f"guess_{experiment.key}",
        persist_state="session",
    )
    count = len(experiment.variants("mnist"))
    pressed = st.button(
        ngettext("Start its {count} run", "Start its {count} runs", count),
        icon=":material/play_arrow:",
        type="primary",
        disabled=prediction is None,
        key="experiment_start",
    )
    if prediction is None:
        st.caption(_("Predict first. Then you can start the runs."))
    elif pressed:
        try:
            start_trial(store, experiment, owner, prediction, data_name())
        except (RunError, DataError) as error:
            st.error(plain_markdown(str(error)))
        else:
            state_of(ExperimentsState).repeated = None
            st.rerun()

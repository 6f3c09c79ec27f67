"""Guided experiments: a question to answer first, the runs of the experiment, and the finding."""

import streamlit as st

from model.data.datasets import DataError
from model.language import _
from ui.shared.formatting import plain_markdown
from ui.shared.identity import student
from ui.shared.state import state_of
from ui.train.experiments.all_texts import TEXTS
from ui.train.experiments.prediction import ask_prediction, choose_experiment, data_name
from ui.train.experiments.state import ExperimentsState
from ui.train.experiments.trial import latest_trial
from ui.train.experiments.trial_page import show_trial
from ui.train.run_store import store_or_stop

store, owner = store_or_stop(), student()
st.title(_("Experiments"), anchor=False)
st.markdown(_("Predict what will happen. Then the runs show whether you are right."))
experiment = choose_experiment()
texts = TEXTS[experiment.key]
st.subheader(_(texts.title), anchor=False)
st.markdown(_(texts.setup))
try:
    if data_name() == "digits":
        st.info(
            _(
                "MNIST is missing, so the small offline data set is used. With it, differences are smaller and depend "
                "more on chance."
            )
        )
except DataError as error:
    st.error(plain_markdown(str(error)))
    st.stop()
trial = latest_trial(store, experiment, owner)
if trial is None or state_of(ExperimentsState).repeated == experiment.key:
    ask_prediction(store, experiment, owner)
else:
    show_trial(store, trial, owner)

"""Guided experiments: a question to answer first, runs that answer it, and the finding."""

import streamlit as st

from model.data.datasets import DataError
from model.language import _
from ui.shared.identity import student
from ui.train.experiments.page import choose_experiment, data_name, latest_trial, predict, show_trial
from ui.train.run_store import store_or_stop

store, owner = store_or_stop(), student()
st.title(_("Experiments"), anchor=False)
st.markdown(_("Predict what will happen, then let the runs decide."))
experiment = choose_experiment()
st.subheader(_(experiment.title), anchor=False)
st.markdown(_(experiment.setup))
try:
    if data_name() == "digits":
        st.info(_("MNIST is not here, so the small offline data set is used; differences are smaller and noisier."))
except DataError as error:
    st.error(str(error))
    st.stop()
trial = latest_trial(store, experiment, owner)
if trial is None or st.session_state.get("experiment_again") == experiment.key:
    predict(store, experiment, owner)
else:
    show_trial(store, experiment, trial, owner)

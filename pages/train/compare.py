"""Compare runs: up to six runs side by side, and a walk through the snapshots of one."""

import streamlit as st

from model.language import _
from ui.shared.identity import student
from ui.train.comparison.comparison import show_comparison
from ui.train.comparison.run_picker import pick_runs
from ui.train.comparison.snapshots import time_machine
from ui.train.run_store import store_or_stop

st.title(_("Compare runs"), anchor=False)
me = student()
runs = store_or_stop().runs()
if not runs:
    st.info(_("There are no runs yet. Train a network first. Each run appears here as soon as it begins."))
    st.stop()
st.markdown(_("What does one setting change? Compare runs side by side, then look at the snapshots of their training."))
chosen = pick_runs(runs, me)
if not chosen:
    st.info(_("Pick one run to look at it, or up to six to compare them."))
    st.stop()
show_comparison(chosen)
st.subheader(_("Time machine"), anchor=False)
st.markdown(
    _(
        "Each run saves snapshots of its network while it trains. Go back to a snapshot to see what the network had "
        "learned by then."
    )
)
time_machine(chosen)

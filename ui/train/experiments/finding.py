"""The finding of a trial, next to the student's prediction."""

from __future__ import annotations

import streamlit as st

from model.language import _
from ui.train.experiments.all_texts import TEXTS, conclusion
from ui.train.experiments.moved_pictures import moved_accuracies, show_moved_chart
from ui.train.experiments.trial import Trial


def show_finding(trial: Trial) -> None:
    """Show whether the prediction came true, and why; with a chart where the networks read moved pictures."""
    experiment, texts = trial.experiment, TEXTS[trial.experiment.key]
    outcomes = trial.outcomes(moved_accuracies if experiment.shifts else None)
    choice, explanation = conclusion(experiment, outcomes, trial.data)
    with st.container(key="finding", border=True):
        if choice is not None:
            name = _(texts.choices[choice])
            if choice == trial.prediction:
                verdict = _("**Your prediction was right.** {choice}.", choice=name)
                st.markdown(f":material/check_circle: {verdict}")
            else:
                verdict = _("**The result was different.** {choice}.", choice=name)
                st.markdown(f":material/lightbulb: {verdict}")
        st.markdown(explanation)
    if experiment.shifts and all(outcome.shifted for outcome in outcomes.values()):
        show_moved_chart(outcomes, texts.labels(trial.data))

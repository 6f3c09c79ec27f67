"""Three common questions about CNNs, each with a short answer and a link to the experiment that shows it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import streamlit as st

from model.experiments.all_experiments import EXPERIMENTS
from model.experiments.experiment import Experiment
from model.language import N_, _
from model.network.config import ModelConfig
from model.network.layers import IMAGE_SIZE, dense_parameters
from model.runs.run import RunError
from model.runs.store import runs_folder
from ui.shared.menu import link_to
from ui.train.experiments.all_texts import conclusion
from ui.train.experiments.trial import latest_trial
from ui.train.run_store import run_store


@dataclass(frozen=True)
class Answer:
    """question, text: in English, translated where they are shown. experiment: its key. lesson: script of a page."""

    question: str
    text: str
    experiment: str
    lesson: str


ANSWERS = (
    Answer(
        N_("Why a CNN for pictures?"),
        N_(
            "Because a stroke looks the same in every place. A kernel is learned once and used everywhere, so it "
            "needs few weights, and what it learned in one place works in all. A dense layer has a weight for each "
            "pixel and must learn each place separately. Pooling then makes up for a shift of one pixel."
        ),
        "cnn",
        "pages/learn/convolution.py",
    ),
    Answer(
        N_("Which activation to choose?"),
        N_(
            "ReLU, or a similar function such as GELU, for the hidden layers: their slope does not vanish where they "
            "are active, so gradients reach the first layers. Sigmoid and tanh are flat on both sides; the sigmoid is "
            "used for an output that is one probability. For an output over ten digits, softmax is used."
        ),
        "activation",
        "pages/learn/activations.py",
    ),
    Answer(
        N_("How to avoid overfitting?"),
        N_(
            "Use more pictures if you can get them. Otherwise use augmentation, which makes variations of the "
            "pictures you have. Then use dropout and weight decay, or a smaller network. And always: hold pictures "
            "out for validation, watch their accuracy during the training, and stop when it gets worse."
        ),
        "overfitting",
        "pages/learn/overfitting.py",
    ),
)


def show_answers(owner: str) -> None:
    """Show an expander for each question, with the finding of the student's own runs. owner: the student."""
    for number, answer in enumerate(ANSWERS):
        experiment = next(each for each in EXPERIMENTS if each.key == answer.experiment)
        with st.expander(_(answer.question), expanded=number == 0):
            st.markdown(_(answer.text))
            if answer.experiment == "cnn":
                st.markdown(_weights())
            finding = latest_finding(experiment, owner)
            if finding:
                with st.container(border=True, key=f"world_finding_{answer.experiment}"):
                    found = _("What your own runs found:")
                    st.markdown(f":material/science: **{found}** {finding}")
            with st.container(horizontal=True, gap="medium"):
                link_to(
                    "pages/train/experiments.py",
                    label=_("Open the experiment again") if finding else _("See for yourself: the experiment"),
                    query={"experiment": experiment.key},
                )
                link_to(answer.lesson)


def latest_finding(experiment: Experiment, owner: str) -> str:
    """The explanation of the newest trial, as Markdown; "" where there is no trial, or no finding yet."""
    if not runs_folder().is_dir():
        return ""
    try:
        trial = latest_trial(run_store(), experiment, owner)
    except RunError:
        return ""
    if trial is None or trial.active:
        return ""
    choice, explanation = conclusion(experiment, trial.outcomes(), trial.data)
    return "" if choice is None else explanation


def _weights() -> str:
    """Compares the parameters of the first layer of the default CNN with a dense layer of the same output size."""
    first = ModelConfig().layer("conv1")
    numbers = math.prod(first.output)
    return _(
        "An example: the first layer of the default network computes {numbers} numbers from {pixels} pixels, and has "
        "{convolution} parameters. A dense layer with as many outputs has {dense}.",
        numbers=f"{numbers:,}",
        pixels=IMAGE_SIZE**2,
        convolution=f"{first.parameters:,}",
        dense=f"{dense_parameters(IMAGE_SIZE**2, numbers):,}",
    )

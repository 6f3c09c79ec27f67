"""Three questions that everybody asks, each with an experiment of this app that answers it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import streamlit as st

from model.experiments.all import EXPERIMENTS, Experiment, Result, conclude
from model.language import N_, _
from model.network.config import ModelConfig
from model.network.layers import IMAGE_SIZE, dense_parameters
from model.runs.run import RunError
from model.runs.store import runs_folder
from ui.shared.menu import link_to
from ui.train.experiments.page import latest_trial
from ui.train.run_store import run_store


@dataclass(frozen=True)
class Answer:
    """question, short answer: to be translated. experiment: its key. lesson: the script that explains it."""

    question: str
    text: str
    experiment: str
    lesson: str


ANSWERS = (
    Answer(
        N_("Why a CNN for pictures?"),
        N_(
            "Because a stroke is a stroke wherever it stands. A kernel is learned once and used everywhere, so it "
            "takes few weights, and what was learned in one place holds in all. A dense layer has a weight for each "
            "pixel and learns each place anew. Pooling then forgives a pixel of difference."
        ),
        "cnn",
        "pages/learn/convolution.py",
    ),
    Answer(
        N_("Which activation to choose?"),
        N_(
            "ReLU, or one of its relatives such as GELU, for the hidden layers: their slope does not vanish where they "
            "are active, so that gradients reach the first layers. Sigmoid and tanh flatten on both sides; the sigmoid "
            "has its place at an output that is to be a probability. At the output over ten digits stands softmax."
        ),
        "activation",
        "pages/learn/activations.py",
    ),
    Answer(
        N_("How to avoid overfitting?"),
        N_(
            "More pictures, if there are any; else augmentation, which makes variations of those that there are. Then "
            "dropout and weight decay, or a smaller network. And always: hold pictures out, watch them during the "
            "training, and stop where they get worse."
        ),
        "overfitting",
        "pages/learn/overfitting.py",
    ),
)


def answers(owner: str) -> None:
    """An expander for each, with what the student's own runs have found. owner: whose runs."""
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
    """What the newest finished go at the experiment found, as Markdown; "" where there is none."""
    if not runs_folder().is_dir():
        return ""
    try:
        trial = latest_trial(run_store(), experiment, owner)
    except RunError:
        return ""
    if trial is None or any(run.state.active for run in trial.runs.values()):
        return ""
    results = {key: Result.of(run.report()) for key, run in trial.runs.items()}
    finding = conclude(experiment, results, trial.data)
    return finding.text if finding.answer is not None else ""


def _weights() -> str:
    """The first layer of the default network against a dense one that makes as many numbers."""
    first = ModelConfig().layer("conv1")
    numbers = math.prod(first.output)
    return _(
        "In figures: the first layer of the default network makes {numbers} numbers of {pixels} pixels with "
        "{convolution} parameters. A dense layer that makes as many needs {dense}.",
        numbers=f"{numbers:,}",
        pixels=IMAGE_SIZE**2,
        convolution=f"{first.parameters:,}",
        dense=f"{dense_parameters(IMAGE_SIZE**2, numbers):,}",
    )

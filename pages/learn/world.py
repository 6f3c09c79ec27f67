"""Lesson 7: where CNNs are used and where they fail, their limits, and three questions that everybody asks."""

import streamlit as st
import torch
from torch import Tensor

from model.language import _
from model.network.config import ModelConfig
from model.recognizer import Recognizer
from model.theory.world.perturbation import RANGES, Perturbation
from ui.learn.lesson import lesson_picture
from ui.learn.questions import Question, questions
from ui.learn.world.answers import answers
from ui.learn.world.compute import compute
from ui.learn.world.limits import limits
from ui.learn.world.perturbation import DIRECTIONS, NAMES, breaking, must_answer, read_series
from ui.learn.world.uses import uses
from ui.shared.formatting import percent
from ui.shared.identity import student
from ui.shared.network_choice import chosen_network

HERE = "pages/learn/world.py"


def ask_move(recognizer: Recognizer, image: Tensor, kind: Perturbation) -> Question:
    """How far the digit can be moved."""
    way = kind if kind in DIRECTIONS else DIRECTIONS[0]
    found = read_series(recognizer, image, way)
    last = len(found.strengths) - 1 if found.first is None else found.first - 1
    if found.first is None:
        why = _("The answer stays {digit} all the way.", digit=found.digits[0])
    else:
        why = _(
            "Moved by {last} pixels it is still read as {digit}, by {next} pixels as {other}.",
            last=last,
            digit=found.digits[0],
            next=found.first,
            other=found.digits[found.first],
        )
    lesson = _(
        "Kernels follow the digit wherever it goes, and pooling forgives a pixel; but the dense layers have a weight "
        "for each place, and learned them from digits that stand in the middle."
    )
    return Question(
        "move",
        _(
            "“{way}”: your digit is moved pixel by pixel, by up to {most}, after the preprocessing. What is the "
            "largest move up to which the answer stays the same? (To within 1 pixel.)",
            way=_(NAMES[way]),
            most=int(RANGES[way].most),
        ),
        last,
        f"{why} {lesson}",
        tolerance=1,
    )


def ask_negative(recognizer: Recognizer, image: Tensor) -> Question:
    """What becomes of the digit as a negative."""
    usual, negative = recognizer.probabilities(torch.stack([image, 1 - image]).numpy())
    before, after = int(usual.argmax()), int(negative.argmax())
    choices = (_("Still {digit}", digit=before), _("Another digit"))
    return Question(
        "negative",
        _("Your digit becomes a negative: black ink on white paper, every stroke in its place. What is it read as?"),
        choices[0] if before == after else choices[1],
        _(
            "As a negative it is read as {after}, {share} sure. You see shapes; the network multiplies brightness by "
            "weights, and a picture that is bright where its training pictures were dark is nothing like them.",
            after=after,
            share=percent(float(negative[after])),
        ),
        choices,
    )


def ask_work(config: ModelConfig) -> Question:
    """Which layer does most of the multiplications."""
    working = [layer for layer in config.layers() if layer.multiplications]
    most = max(working, key=lambda layer: layer.multiplications)
    told = ", ".join(f"{layer.name} {layer.multiplications:,}" for layer in working)
    return Question(
        "work",
        _("Which layer of the chosen network takes most of the multiplications for one digit?"),
        most.name,
        _(
            "Counted: {told}. A convolution uses each of its weights once for every place of its map, a dense layer "
            "each of its weights only once; {name} takes {share} of all.",
            told=told,
            name=most.name,
            share=percent(most.multiplications / sum(layer.multiplications for layer in working)),
        ),
        tuple(layer.name for layer in working),
    )


@st.fragment
def lesson(owner: str) -> None:
    """Everything that a new stroke changes."""
    recognizer = chosen_network()
    st.subheader(_("Where they are used"), anchor=False)
    uses()
    st.subheader(_("Where does it break?"), anchor=False)
    image = torch.from_numpy(lesson_picture())
    kind = breaking(recognizer, image)
    st.subheader(_("It must answer"), anchor=False)
    must_answer(recognizer, image)
    st.subheader(_("What it costs"), anchor=False)
    compute(recognizer)
    st.subheader(_("What limits them today"), anchor=False)
    limits()
    st.subheader(_("Three questions that everybody asks"), anchor=False)
    answers(owner)
    questions(
        HERE,
        lambda: [
            ask_move(recognizer, image, kind),
            ask_negative(recognizer, image),
            ask_work(recognizer.checkpoint.model),
        ],
    )


st.title(_("CNNs in the world, and questions"), anchor=False)
st.markdown(_("What such networks do outside this app, where they fail, and how you can see the same failures here."))
lesson(student())

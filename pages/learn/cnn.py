"""Lesson 5: the whole network, layer by layer, and the pictures that it learns from."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from model.data.datasets import DataError
from model.language import _
from model.network.config import ModelConfig
from model.network.layers import IMAGE_SIZE, Layer, convolution_parameters, dense_parameters, layer_table
from model.recognizer import Recognizer
from ui.learn.cnn.dataset import browse, odd_and_doubtful, show_variety, which_data
from ui.learn.cnn.layers import (
    as_formula,
    choose_shown,
    draw_network,
    parameter_sum,
    shares,
    show_layers,
    where_the_parameters_come_from,
)
from ui.learn.lesson import lesson_picture
from ui.learn.questions import Question, questions
from ui.shared.data_set import data_set

HERE = "pages/learn/cnn.py"


@st.fragment
def layers(recognizer: Recognizer) -> None:
    """The drawing, which follows the student's digit."""
    st.subheader(_("Layer by layer"), anchor=False)
    image = lesson_picture()
    st.markdown(
        _(
            "Each stack is a layer, its maps to scale; in front is the map in which your digit leaves most. Press a "
            "layer to see where its figures come from, and move over its map to see which pixels a number sees."
        )
    )
    draw_network(recognizer, image)


def figures(config: ModelConfig) -> None:
    """The table and the sums."""
    table = config.layers()
    st.subheader(_("The same as a table"), anchor=False)
    show_layers(table)
    st.caption(
        _(
            "Multiplications are those of one picture, in convolutions and dense layers: {all:,} in all. The few of "
            "the other layers are not counted.",
            all=sum(layer.multiplications for layer in table),
        )
    )
    st.subheader(_("Where the parameters come from"), anchor=False)
    st.markdown(
        _(
            "In a convolution: incoming maps times kernel, and one bias, for each filter. In a dense layer: incoming "
            "numbers, and one bias, for each unit."
        )
    )
    where_the_parameters_come_from(table)
    shares(table)


def pictures_it_learns_from(recognizer: Recognizer) -> None:
    """The data set."""
    st.header(_("The pictures that it learns from"), anchor=False)
    try:
        data = data_set()
    except DataError as error:
        st.error(str(error))
        return
    if data.notice:
        st.info(data.notice)
    st.markdown(which_data(data))
    st.subheader(_("Leaf through it"), anchor=False)
    browse()
    st.subheader(_("Its variety"), anchor=False)
    show_variety()
    st.subheader(_("Odd and doubtful pictures"), anchor=False)
    odd_and_doubtful(recognizer)


# --- Questions --------------------------------------------------------------------------------------------------------


def other_input(table: list[Layer]) -> Question:
    """The parameters of a layer into which half as many maps or numbers come."""
    convolutions = [layer for layer in table if layer.kind == "convolution"]
    if len(convolutions) > 1:
        layer = convolutions[1]
        maps, filters, kernel = layer.input[0], layer.output[0], int(layer.kernel or 1)
        other = maps // 2 or 2
        text = _(
            "If {other} instead of {now} maps came into {layer}, how many parameters would it have?",
            other=other,
            now=maps,
            layer=layer.name,
        )
        answer = convolution_parameters(other, kernel, filters)
        sum_ = f"({other} · {kernel} · {kernel} + 1) · {filters} = {answer:,}"
    else:
        layer = next(layer for layer in table if layer.name == "dense")
        numbers, units = layer.input[0], layer.output[0]
        other = numbers // 2 or 2
        text = _(
            "If {other:,} instead of {now:,} numbers came into the hidden dense layer, how many parameters would it "
            "have?",
            other=other,
            now=numbers,
        )
        answer = dense_parameters(other, units)
        sum_ = f"({other} + 1) · {units} = {answer:,}"
    why = _(
        "Now it is ${now}$, and then it would be ${then}$. The biases stay as many as they are.",
        now=as_formula(parameter_sum(layer)),
        then=as_formula(sum_),
    )
    return Question("input", text, float(answer), why)


def other_network(config: ModelConfig) -> Question:
    """Which layer would have most parameters, in a network that is built in another way."""
    text, other = _other(config)
    counts = {layer.name: layer.parameters for layer in other.layers() if layer.kind in ("convolution", "dense")}
    most = max(counts, key=lambda name: counts[name])
    listed = ", ".join(f"{name}: {count:,}" for name, count in counts.items())
    why = _("Then the parameters would be {listed}. A dense layer pays for every number that comes in.", listed=listed)
    return Question("most", text, most, why, tuple(counts))


def _other(config: ModelConfig) -> tuple[str, ModelConfig]:
    """A network that differs in one setting, and the question about it. The first that can be built is taken."""
    few = max(1, config.dense_units // 8) if config.dense_units > 1 else 2
    tries: list[tuple[Callable[[], str], dict[str, object]]] = []
    if config.filters and config.pooling != "none":
        tries.append((lambda: _("Without its pooling, which layer would have most parameters?"), {"pooling": "none"}))
    if config.filters and config.pooling == "none":
        tries.append((lambda: _("With maximum pooling, which layer would have most parameters?"), {"pooling": "max"}))
    tries.append(
        (
            lambda: _("With {few} units in the hidden dense layer, which layer would have most parameters?", few=few),
            {"dense_units": few},
        )
    )
    for text, change in tries:
        try:
            return text(), ModelConfig(**{**config.model_dump(), **change})
        except ValueError:  # too many parameters, or a map that would shrink to nothing
            continue
    return _("Which layer has most parameters?"), config


def larger_picture(config: ModelConfig) -> Question:
    """What becomes of the first layer when the picture has twice the side."""
    double = 2 * IMAGE_SIZE
    first, larger = (
        next(layer for layer in table if layer.multiplications)
        for table in (config.layers(), layer_table(config, double, double))
    )
    choices = {
        (False, False): _("As many parameters, as many multiplications"),
        (False, True): _("As many parameters, more multiplications"),
        (True, False): _("More parameters, as many multiplications"),
        (True, True): _("More of both"),
    }
    more = larger.parameters > first.parameters, larger.multiplications > first.multiplications
    return Question(
        "double",
        _(
            "Pictures of {double}x{double} instead of {side}x{side} pixels come in. What does that mean for {layer}, "
            "the first layer with parameters?",
            double=double,
            side=IMAGE_SIZE,
            layer=first.name,
        ),
        choices[more],
        _(
            "Parameters: {before:,} before, {after:,} then. Multiplications: {few:,} before, {many:,} then. A kernel "
            "is used again in every place, so a larger picture costs work but no weights; a dense layer needs a weight "
            "for every pixel.",
            before=first.parameters,
            after=larger.parameters,
            few=first.multiplications,
            many=larger.multiplications,
        ),
        tuple(choices.values()),
    )


st.title(_("The whole CNN"), anchor=False)
st.markdown(
    _(
        "Convolutions, activations and pooling, one after another, and two dense layers at the end: how many numbers "
        "that takes, and what they are learned from."
    )
)
shown = choose_shown()
layers(shown)
figures(shown.checkpoint.model)
learned_from = st.container()  # filled last: its pictures may have to be read first
questions(
    HERE,
    lambda: [
        other_input(shown.checkpoint.model.layers()),
        other_network(shown.checkpoint.model),
        larger_picture(shown.checkpoint.model),
    ],
)
with learned_from:
    pictures_it_learns_from(shown)

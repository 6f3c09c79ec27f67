"""One filter in depth: its weights, its answer to the drawing, what excites it, and what it would like to see."""

from __future__ import annotations

import math

import altair as alt
import streamlit as st

from model.config import CLASSES
from model.inspection import BlockSurvey, activation_name, receptive_field
from ui.canvas import SIDE
from ui.components.pictures import Picture, pictures
from ui.filter_layer import FilterLayer, box_of, in_words
from ui.filters import maximised
from ui.sources import data_set
from ui.text import a_digit


def in_depth(layer: FilterLayer, channel: int) -> None:
    """All that can be said about a filter of the layer at once; `strongest_pictures` needs the data set."""
    with st.container(horizontal=True, gap="medium"):
        left, right = st.container(width=SIDE), st.container(key="filters_responses")
    with left:
        _weights(layer, channel)
    with right:
        _responses(layer, channel)


def _weights(layer: FilterLayer, channel: int) -> None:
    """The numbers of the shown slice, each on its colour."""
    side = layer.slices.shape[1]
    name = layer.slice_name(channel)
    kernel = Picture(
        layer.slices[channel].numpy(), "",
        f"The {side}x{side} weights of filter {channel + 1}" + f", {name}" * bool(name),
        limit=layer.limit, numbers=True,
    )  # fmt: skip
    pictures([kernel], key="filters_weights", size="100%")
    norm, place = layer.kernels.norms[channel], int((layer.kernels.norms > layer.kernels.norms[channel]).sum()) + 1
    count = layer.kernels.weights.shape[1]
    st.caption(
        (f"Shown is {name}, one of {count}. " if name else "")
        + f"Norm of the whole kernel {norm:.2f}, number {place} of {layer.count} in its layer; "
        f"bias {layer.kernels.bias[channel]:+.3f}."
    )


def _responses(layer: FilterLayer, channel: int) -> None:
    """The filter on the drawing, and the picture that gradient ascent made for it."""
    config, known = layer.recognizer.checkpoint.model, layer.known
    row = []
    if layer.maps is not None and layer.reading is not None:
        answers = layer.maps[channel]
        y, x = divmod(int(answers.argmax()), answers.shape[1])
        field = receptive_field(config, activation_name(layer.block), y, x)
        extremes = [float(answers.abs().max())]
        if known:
            extremes += [abs(float(known.lowest[channel])), abs(float(known.highest[channel]))]
        row += [
            Picture(
                layer.reading.image, "Your digit",
                f"The input, with the patch of the strongest answer: {in_words(field)}",
                "its favourite patch", box=box_of(field),
            ),
            Picture(
                answers.numpy(), "Its answer",
                f"The map of filter {channel + 1}, strongest in row {y + 1}, column {x + 1}",
                f"up to {float(answers[y, x]):.2f}", limit=max(extremes), box=(x, y, 1, 1),
            ),
        ]  # fmt: skip
        told = f"Its answer to your digit is strongest in row {y + 1}, column {x + 1} of its map: {answers[y, x]:.2f}. "
    else:
        told = "Draw a digit to see this filter's answer to it. "
    ideal = maximised(layer.recognizer.fingerprint, layer.block, channel, layer.recognizer)
    top, bottom, left, right = ideal.field
    row.append(
        Picture(
            ideal.image[top:bottom, left:right].numpy(), "What it would like",
            f"A patch made for filter {channel + 1} by gradient ascent, enlarged",
            f"reaches {ideal.value:.2f}" if ideal.found else "nothing found",
        )
    )  # fmt: skip
    pictures(row, key="filters_response_pictures", size="7.2rem")
    best = f"The best of the data set reaches {float(known.highest[channel]):.2f}. " if known else ""
    st.caption(
        f"{told}{best}The last picture is a patch made by gradient ascent, from noise, with jitter and smoothing, "
        "to excite the filter as much as possible. It need not look like a digit: it shows what the filter would "
        "answer to, not what it has ever met."
    )
    if known:
        _digits(known, channel)


def _digits(known: BlockSurvey, channel: int) -> None:
    """Which digits excite the filter."""
    means = known.by_digit[:, channel].tolist()
    values = [{"digit": digit, "activation": means[digit]} for digit in range(CLASSES) if not math.isnan(means[digit])]
    chart = (
        alt.Chart(alt.Data(values=values))  # type: ignore[no-untyped-call]
        .mark_bar()
        .encode(
            x=alt.X("digit:O", title="Digit", axis=alt.Axis(labelAngle=0)),
            y=alt.Y("activation:Q", title=None),
            tooltip=["digit:O", alt.Tooltip("activation:Q", format=".3f")],
        )
    )
    st.caption("Which digits excite it: the highest activation in a picture, on average for each digit.")
    st.altair_chart(chart, height=170, alt=f"Mean of the highest activation of filter {channel + 1} for each digit")


def strongest_pictures(layer: FilterLayer, channel: int) -> None:
    """The pictures of the data set that excite a filter most, and their patches; once the survey is there."""
    known, survey = layer.known, layer.survey
    if known is None or survey is None:
        return
    train = data_set().train
    part = "" if survey.count == len(train) else f", a random part of {len(train):,}"
    if channel + 1 in layer.dead:
        st.markdown(
            f":material/block: **Dead**: its activation is {float(known.highest[channel]):.2f} everywhere, in all "
            f"{survey.count:,} training pictures{part}. The network reads as well without it."
        )
        return
    st.markdown(
        f"The nine that excite it most, of {survey.count:,} training pictures{part}, each with the patch that did it:"
    )
    name, config = activation_name(layer.block), layer.recognizer.checkpoint.model
    whole, patches = [], []
    for hit in known.strongest[channel]:
        pixels = train.images[hit.picture, 0].float().div(255).numpy()
        label = int(train.labels[hit.picture])
        field = receptive_field(config, name, hit.y, hit.x)
        whole.append(
            Picture(
                pixels,
                a_digit(label).capitalize(),
                f"A handwritten {label}, its patch {in_words(field)}",
                f"{hit.value:.2f}",
                box=box_of(field),
            )
        )
        patches.append(
            Picture(
                pixels[field.top : field.bottom, field.left : field.right],
                "",
                f"The patch of {a_digit(label)}, enlarged",
            )
        )
    pictures(whole, key="filters_strongest", size="5.6rem")
    st.caption("The nine patches, enlarged: what they have in common is what the filter looks for.")
    pictures(patches, key="filters_patches", size="5.6rem")

"""One filter in depth: its weights, activation map, feature visualization, and the pictures that activate it most."""

from __future__ import annotations

import math

import streamlit as st

from model.inspection.activations import activation_name
from model.inspection.filter_statistics import BlockStatistics
from model.language import _
from model.network.layers import CLASSES
from ui.components.pictures import Picture, pictures
from ui.draw.canvas import SIDE
from ui.inside.filters.layer import FilterLayer, box_of, in_words
from ui.inside.filters.results import feature_visualization_of
from ui.shared.charts import category, layer, quantity, show
from ui.shared.data_set import data_set
from ui.shared.formatting import a_digit


def in_depth(layer: FilterLayer, channel: int) -> None:
    """The parts that are quick to compute; `strongest_pictures` needs the data set."""
    with st.container(horizontal=True, gap="medium"):
        left, right = st.container(width=SIDE), st.container(key="filters_responses")
    with left:
        _weights(layer, channel)
    with right:
        _activation(layer, channel)


def _weights(layer: FilterLayer, channel: int) -> None:
    """The weights of the shown slice, as numbers on their colours."""
    side = layer.slices.shape[1]
    name = layer.slice_name(channel)
    alt = _("The {side}x{side} weights of filter {number}", side=side, number=channel + 1)
    kernel = Picture(
        layer.slices[channel].numpy(), "", f"{alt}, {name}" if name else alt, limit=layer.limit, numbers=True
    )
    pictures([kernel], key="filters_weights", size="100%")
    norm, place = layer.kernels.norms[channel], int((layer.kernels.norms > layer.kernels.norms[channel]).sum()) + 1
    count = layer.kernels.weights.shape[1]
    text = _(
        "The norm of the whole kernel is {norm:.2f}, rank {place} of {filters} in its layer. The bias is {bias:+.3f}.",
        norm=float(norm),
        place=place,
        filters=layer.count,
        bias=float(layer.kernels.bias[channel]),
    )
    st.caption(
        " ".join([_("The picture shows {slice}, one of {count}.", slice=name, count=count), text]) if name else text
    )


def _activation(layer: FilterLayer, channel: int) -> None:
    """The filter's activation map for the drawing, and its feature visualization."""
    config, known = layer.recognizer.checkpoint.model, layer.block_statistics
    row = []
    if layer.maps is not None and layer.reading is not None:
        activations = layer.maps[channel]
        y, x = divmod(int(activations.argmax()), activations.shape[1])
        at, value = {"row": y + 1, "column": x + 1}, float(activations[y, x])
        field = config.layer(activation_name(layer.block)).patch(y, x)
        extremes = [float(activations.abs().max())]
        if known:
            extremes += [abs(float(known.lowest[channel])), abs(float(known.highest[channel]))]
        row += [
            Picture(
                layer.reading.image,
                _("Your digit"),
                _("The input, with the patch of the highest activation: {patch}", patch=in_words(field)),
                _("its strongest patch"),
                box=box_of(field),
            ),
            Picture(
                activations.numpy(),
                _("Its activation map"),
                _(
                    "The activation map of filter {number}, highest in row {row}, column {column}",
                    number=channel + 1,
                    **at,
                ),
                _("up to {value:.2f}", value=value),
                limit=max(extremes),
                box=(x, y, 1, 1),
            ),
        ]
        text = _(
            "Its activation map for your digit is highest in row {row}, column {column}: {value:.2f}.",
            value=value,
            **at,
        )
    else:
        text = _("Draw a digit to see this filter's activation map for it.")
    found = feature_visualization_of(layer.recognizer, layer.block, channel)
    top, bottom, left, right = found.field
    row.append(
        Picture(
            found.image[top:bottom, left:right].numpy(),
            _("Feature visualization"),
            _("A patch made for filter {number} by gradient ascent, enlarged", number=channel + 1),
            _("reaches {value:.2f}", value=found.value) if found.found else _("nothing found"),
        )
    )
    pictures(row, key="filters_response_pictures", size="7.2rem")
    sentences = [text]
    if known:
        sentences.append(
            _("The highest activation in the data set is {value:.2f}.", value=float(known.highest[channel]))
        )
    sentences.append(
        _(
            "The last picture is a feature visualization. It starts as noise. Gradient ascent, with jitter and "
            "smoothing, changes it until the filter has a high activation. It shows what the filter reacts to. It "
            "does not have to look like a digit, and perhaps no digit of the data set looks like it."
        )
    )
    st.caption(" ".join(sentences))
    if known:
        _digits(known, channel)


def _digits(known: BlockStatistics, channel: int) -> None:
    """A chart of the digits that activate the filter most."""
    means = known.by_digit[:, channel].tolist()
    values = [{"digit": digit, "activation": means[digit]} for digit in range(CLASSES) if not math.isnan(means[digit])]
    bars = layer(
        "bar",
        values,
        x=category("digit", _("Digit"), type="ordinal", axis={"labelAngle": 0}),
        y=quantity("activation"),
        tooltip=[category("digit", _("Digit")), quantity("activation", _("Activation"), format=".3f")],
    )
    st.caption(
        _("How strongly each digit activates it: for each digit, the mean of the highest activation in a picture.")
    )
    show(
        [bars],
        height=170,
        alt=_("Mean of the highest activation of filter {number} for each digit", number=channel + 1),
    )


def strongest_pictures(layer: FilterLayer, channel: int) -> None:
    """The pictures with the highest activations, and their patches; nothing before the statistics are computed."""
    known, statistics = layer.block_statistics, layer.statistics
    if known is None or statistics is None:
        return
    train = data_set().train
    if statistics.count == len(train):
        read = _("{count:,} training pictures", count=statistics.count)
    else:
        read = _("{count:,} training pictures, a random part of {total:,}", count=statistics.count, total=len(train))
    if channel + 1 in layer.dead:
        text = _(
            "**Dead**: its activation is {value:.2f} everywhere, in all {pictures}. The network reads equally well "
            "without it.",
            value=float(known.highest[channel]),
            pictures=read,
        )
        st.markdown(f":material/block: {text}")
        return
    st.markdown(
        _(
            "The nine pictures that activate it most, of {pictures}. A frame marks the patch of the highest "
            "activation:",
            pictures=read,
        )
    )
    table_row = layer.recognizer.checkpoint.model.layer(activation_name(layer.block))
    whole, patches = [], []
    for peak in known.strongest[channel]:
        pixels = train.images[peak.picture, 0].float().div(255).numpy()
        label = int(train.labels[peak.picture])
        field = table_row.patch(peak.y, peak.x)
        whole.append(
            Picture(
                pixels,
                a_digit(label).capitalize(),
                _("A handwritten {digit}, its patch {patch}", digit=label, patch=in_words(field)),
                f"{peak.value:.2f}",
                box=box_of(field),
            )
        )
        patches.append(
            Picture(
                pixels[field.top : field.bottom, field.left : field.right],
                "",
                _("The patch of {a_digit}, enlarged", a_digit=a_digit(label)),
            )
        )
    pictures(whole, key="filters_strongest", size="5.6rem")
    st.caption(_("The nine patches, enlarged. The filter reacts to what they have in common."))
    pictures(patches, key="filters_patches", size="5.6rem")

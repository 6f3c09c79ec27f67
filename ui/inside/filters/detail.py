"""One filter in depth: its weights, its answer to the drawing, what excites it, and what it would like to see."""

from __future__ import annotations

import math

import streamlit as st

from model.inspection.activations import BlockSurvey, activation_name
from model.language import _
from model.network.layers import CLASSES
from ui.components.pictures import Picture, pictures
from ui.draw.canvas import SIDE
from ui.inside.filters.layer import FilterLayer, box_of, in_words
from ui.inside.filters.state import visualized_feature
from ui.shared.charts import category, layer, quantity, show
from ui.shared.data_set import data_set
from ui.shared.formatting import a_digit


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
    alt = _("The {side}x{side} weights of filter {number}", side=side, number=channel + 1)
    kernel = Picture(
        layer.slices[channel].numpy(), "", f"{alt}, {name}" if name else alt, limit=layer.limit, numbers=True
    )
    pictures([kernel], key="filters_weights", size="100%")
    norm, place = layer.kernels.norms[channel], int((layer.kernels.norms > layer.kernels.norms[channel]).sum()) + 1
    count = layer.kernels.weights.shape[1]
    told = _(
        "Norm of the whole kernel {norm:.2f}, number {place} of {filters} in its layer; bias {bias:+.3f}.",
        norm=norm,
        place=place,
        filters=layer.count,
        bias=layer.kernels.bias[channel],
    )
    st.caption(" ".join([_("Shown is {slice}, one of {count}.", slice=name, count=count), told]) if name else told)


def _responses(layer: FilterLayer, channel: int) -> None:
    """The filter on the drawing, and the picture that gradient ascent made for it."""
    config, known = layer.recognizer.checkpoint.model, layer.known
    row = []
    if layer.maps is not None and layer.reading is not None:
        answers = layer.maps[channel]
        y, x = divmod(int(answers.argmax()), answers.shape[1])
        at, value = {"row": y + 1, "column": x + 1}, float(answers[y, x])
        field = config.layer(activation_name(layer.block)).patch(y, x)
        extremes = [float(answers.abs().max())]
        if known:
            extremes += [abs(float(known.lowest[channel])), abs(float(known.highest[channel]))]
        row += [
            Picture(
                layer.reading.image,
                _("Your digit"),
                _("The input, with the patch of the strongest answer: {patch}", patch=in_words(field)),
                _("its favourite patch"),
                box=box_of(field),
            ),
            Picture(
                answers.numpy(),
                _("Its answer"),
                _("The map of filter {number}, strongest in row {row}, column {column}", number=channel + 1, **at),
                _("up to {value:.2f}", value=value),
                limit=max(extremes),
                box=(x, y, 1, 1),
            ),
        ]
        told = _(
            "Its answer to your digit is strongest in row {row}, column {column} of its map: {value:.2f}.",
            value=value,
            **at,
        )
    else:
        told = _("Draw a digit to see this filter's answer to it.")
    ideal = visualized_feature(layer.recognizer.fingerprint, layer.block, channel, layer.recognizer)
    top, bottom, left, right = ideal.field
    row.append(
        Picture(
            ideal.image[top:bottom, left:right].numpy(),
            _("What it would like"),
            _("A patch made for filter {number} by gradient ascent, enlarged", number=channel + 1),
            _("reaches {value:.2f}", value=ideal.value) if ideal.found else _("nothing found"),
        )
    )
    pictures(row, key="filters_response_pictures", size="7.2rem")
    sentences = [told]
    if known:
        sentences.append(_("The best of the data set reaches {value:.2f}.", value=float(known.highest[channel])))
    sentences.append(
        _(
            "The last picture is a patch made by gradient ascent, from noise, with jitter and smoothing, to excite the "
            "filter as much as possible. It need not look like a digit: it shows what the filter would answer to, not "
            "what it has ever met."
        )
    )
    st.caption(" ".join(sentences))
    if known:
        _digits(known, channel)


def _digits(known: BlockSurvey, channel: int) -> None:
    """Which digits excite the filter."""
    means = known.by_digit[:, channel].tolist()
    values = [{"digit": digit, "activation": means[digit]} for digit in range(CLASSES) if not math.isnan(means[digit])]
    bars = layer(
        "bar",
        values,
        x=category("digit", _("Digit"), type="ordinal", axis={"labelAngle": 0}),
        y=quantity("activation"),
        tooltip=[category("digit", _("Digit")), quantity("activation", _("Activation"), format=".3f")],
    )
    st.caption(_("Which digits excite it: the highest activation in a picture, on average for each digit."))
    show(
        [bars],
        height=170,
        alt=_("Mean of the highest activation of filter {number} for each digit", number=channel + 1),
    )


def strongest_pictures(layer: FilterLayer, channel: int) -> None:
    """The pictures of the data set that excite a filter most, and their patches; once the survey is there."""
    known, survey = layer.known, layer.survey
    if known is None or survey is None:
        return
    train = data_set().train
    looked = (
        _("{count:,} training pictures")
        if survey.count == len(train)
        else _("{count:,} training pictures, a random part of {total:,}")
    ).format(count=survey.count, total=len(train))
    if channel + 1 in layer.dead:
        told = _(
            "**Dead**: its activation is {value:.2f} everywhere, in all {pictures}. "
            "The network reads as well without it.",
            value=float(known.highest[channel]),
            pictures=looked,
        )
        st.markdown(f":material/block: {told}")
        return
    st.markdown(_("The nine that excite it most, of {pictures}, each with the patch that did it:", pictures=looked))
    activation = layer.recognizer.checkpoint.model.layer(activation_name(layer.block))
    whole, patches = [], []
    for hit in known.strongest[channel]:
        pixels = train.images[hit.picture, 0].float().div(255).numpy()
        label = int(train.labels[hit.picture])
        field = activation.patch(hit.y, hit.x)
        whole.append(
            Picture(
                pixels,
                a_digit(label).capitalize(),
                _("A handwritten {digit}, its patch {patch}", digit=label, patch=in_words(field)),
                f"{hit.value:.2f}",
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
    st.caption(_("The nine patches, enlarged: what they have in common is what the filter looks for."))
    pictures(patches, key="filters_patches", size="5.6rem")

"""Filter ablation: how the probabilities of the drawing and the accuracy change when filters are switched off."""

from __future__ import annotations

import math

import streamlit as st
import torch

from model.inspection.ablation import DigitScore, ablated_logits
from model.inspection.validation_pictures import Origin
from model.language import N_, _
from model.network.layers import CLASSES
from ui.components.bars import bars
from ui.inside.filters.layer import FilterLayer
from ui.inside.filters.results import test_score_of, validation_score_of
from ui.shared.charts import Spec, category, layer, quantity, show
from ui.shared.data_set import data_set
from ui.shared.formatting import percent

NAMES = {"mnist": "MNIST", "digits": N_("the offline digits")}


def probabilities_without(layer: FilterLayer) -> None:
    """The probabilities for the drawing, with all filters and with some switched off."""
    reading = layer.reading
    count = sum(len(channels) for _block, channels in layer.all_off)
    if reading is None or reading.digit is None:
        st.markdown(_("Draw a digit to see how its probabilities change."))
        return
    picture = torch.from_numpy(reading.image)[None, None]
    shares = ablated_logits(layer.recognizer.network, picture, dict(layer.all_off)).softmax(1)[0]
    answer = int(shares.argmax())
    with st.container(horizontal=True, gap="medium"):
        before, after = st.container(key="filters_before"), st.container(key="filters_after")
    with before:
        share = percent(float(reading.probabilities[reading.digit]))
        st.markdown(_("All on: **{digit}**, {share}", digit=reading.digit, share=share))
        bars(
            reading.probabilities.tolist(),
            winner=reading.digit,
            label=_("Probabilities with all filters"),
            key="bars_before",
        )
    with after:
        text = N_("{count} off: **{digit}**, {share}") if count else N_("No filter off: **{digit}**, {share}")
        st.markdown(_(text, count=count, digit=answer, share=percent(float(shares[answer]))))
        bars(shares.tolist(), winner=answer, label=_("Probabilities with these filters off"), key="bars_after")


def accuracy_change(layer: FilterLayer) -> None:
    """The accuracy with all filters and with some switched off: by validation pictures, and reported by test ones."""
    if not layer.all_off:
        st.caption(_("No filter is off. Switch one off to see here how the accuracy changes."))
        return
    recognizer, off = layer.recognizer, layer.all_off
    with_filters_off = _("Reading the pictures with these filters off …")
    with_all_filters = _("Reading the pictures with all filters …")
    validation_after, origin = validation_score_of(recognizer, off).finish(with_filters_off)
    test_after = test_score_of(recognizer, off).finish(with_filters_off)
    validation_before, _origin = validation_score_of(recognizer, ()).finish(with_all_filters)
    test_before = test_score_of(recognizer, ()).finish(with_all_filters)
    with st.container(horizontal=True, gap="medium", key="filters_validation"):
        st.metric(_("Validation accuracy with all filters"), _accuracy(validation_before), width="content")
        _changed(_("Validation accuracy with these off"), validation_before, validation_after)
    with st.container(horizontal=True, gap="medium", key="filters_test"):
        st.metric(_("Test accuracy with all filters"), _accuracy(test_before), width="content")
        _changed(_("Test accuracy with these off"), test_before, test_after)
    st.caption(
        " ".join(
            [
                about_validation(origin, validation_after.pictures),
                _(
                    "Choose filters by the validation accuracy. The test accuracy is only for the result: if you "
                    "choose filters by it, it is higher than the accuracy on new pictures."
                ),
            ]
        )
    )
    show(
        [digit_changes(test_before, test_after)],
        height=200,
        alt=_("Change in test accuracy for each digit, in points"),
    )
    total, data = len(data_set().test), _(NAMES[data_set().name])
    if test_after.pictures < total:
        text = _(
            "Measured on {count:,} of the {total:,} test pictures of {data}, chosen at random.",
            count=test_after.pictures,
            total=total,
            data=data,
        )
    else:
        text = _("Measured on all {total:,} test pictures of {data}.", total=total, data=data)
    point = _("One point is one picture in a hundred of that digit.")
    st.caption(f"{text} {point}")


def about_validation(origin: Origin, count: int) -> str:
    """Where the `count` validation pictures come from."""
    if origin is Origin.HELD_OUT:
        return _("{count:,} validation pictures, which were held out when this network was trained.", count=count)
    if origin is Origin.OTHER_DATA:
        return _(
            "{count:,} validation pictures: training pictures of {data}, chosen at random. The network was trained on "
            "other data, so they are new to it.",
            count=count,
            data=_(NAMES[data_set().name]),
        )
    return _(
        "No validation pictures were held out when this network was trained. They are replaced by {count:,} of its "
        "training pictures, chosen at random. The network has learned from these, so its accuracy on them is too high.",
        count=count,
    )


def _accuracy(score: DigitScore) -> str:
    return percent(score.accuracy, 2, counted=True)


def _changed(label: str, before: DigitScore, after: DigitScore) -> None:
    change = 100 * (after.accuracy - before.accuracy)
    shown = round(change, 2) != 0
    st.metric(
        label,
        _accuracy(after),
        _("{change:+.2f} points", change=change),
        width="content",
        delta_color="normal" if shown else "off",
        delta_arrow="auto" if shown else "off",
    )


def digit_changes(before: DigitScore, after: DigitScore) -> Spec:
    """Bars of the change in accuracy per digit, in percentage points: a layer with its data."""
    change = 100 * (after.by_digit - before.by_digit)
    rows = [
        {"digit": digit, "change": float(change[digit]), "without": 100 * float(after.by_digit[digit])}
        for digit in range(CLASSES)
        if not math.isnan(change[digit])
    ]
    changes = [float(row["change"]) for row in rows]
    return layer(
        "bar",
        rows,
        x=category("digit", _("Digit"), type="ordinal", axis={"labelAngle": 0, "orient": "bottom"}),
        y=quantity("change", _("Change, points"), scale={"domain": [min(-1.0, *changes), max(1.0, *changes)]}),
        tooltip=[
            category("digit", _("Digit")),
            quantity("change", _("Change, points"), format="+.2f"),
            quantity("without", _("Accuracy without, %"), format=".2f"),
        ],
    )

"""Switching filters off: what the network then says of the drawing, and what it costs on the test pictures."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st
import torch

from model.inspection.ablation import DigitScore, silenced_logits
from model.language import N_, _
from model.network.layers import CLASSES
from ui.components.bars import bars
from ui.components.pictures import pictures
from ui.inside.filters.layer import FilterLayer
from ui.inside.filters.state import choose_off, picked, ranked, scored, silence, silence_none, toggle
from ui.shared.charts import Spec, category, layer, quantity, show
from ui.shared.data_set import data_set
from ui.shared.formatting import percent

SWITCHES, ASKED = "filters_switches", "filters_asked"
NAMES = {"mnist": "MNIST", "digits": N_("the offline digits")}
WEAKEST = 10


def switch_pressed(block: int, count: int) -> None:
    """Callback: the pressed filter is silenced, or speaks again."""
    number = picked(SWITCHES, list(range(count)))
    if number is not None:
        toggle(block, count, number)


def switches(layer: FilterLayer) -> None:
    """Which filters are silenced, to be changed by a press, by typing, or all at once."""
    block, count = layer.block, layer.count
    weakest = (layer.kernels.norms.argsort(stable=True)[:WEAKEST] + 1).tolist()
    buttons: list[tuple[str, Callable[..., None], tuple[Any, ...], bool]] = [
        (_("All dead ones"), silence, (block, layer.dead), not layer.dead),
        (_("The {count} of least norm", count=len(weakest)), silence, (block, weakest), False),
        (_("All of this layer"), silence, (block, list(range(1, count + 1))), False),
        (_("None"), silence_none, (len(layer.recognizer.checkpoint.model.filters),), not layer.silenced),
    ]
    choose_off(block, count)
    with st.container(horizontal=True, gap="small"):
        for number, (label, callback, arguments, disabled) in enumerate(buttons):
            st.button(label, on_click=callback, args=arguments, disabled=disabled, key=f"filters_silence_{number}")
    with st.container(height=440 if layer.count > 40 else "content", border=False, key="filters_switches_box"):
        pictures(
            [layer.tile(channel, marked=channel + 1 in layer.off) for channel in range(count)],
            key=SWITCHES,
            size="2.6rem",
            on_pick=partial(switch_pressed, block, count),
        )
    others = [
        _("layer {layer}: {filters}", layer=other + 1, filters=", ".join(str(channel + 1) for channel in channels))
        for other, channels in layer.silenced
        if other != block
    ]
    if others:
        st.caption(_("Silenced elsewhere: {filters}.", filters="; ".join(others)))


def without_them(layer: FilterLayer) -> None:
    """The answer to the drawing with and without the silenced filters."""
    reading = layer.reading
    count = sum(len(channels) for _block, channels in layer.silenced)
    if reading is None or reading.digit is None:
        st.markdown(_("Draw a digit to see how its probabilities change."))
        return
    picture = torch.from_numpy(reading.image)[None, None]
    shares = silenced_logits(layer.recognizer.network, picture, dict(layer.silenced)).softmax(1)[0]
    now = int(shares.argmax())
    with st.container(horizontal=True, gap="medium"):
        before, after = st.container(key="filters_before"), st.container(key="filters_after")
    with before:
        share = percent(float(reading.probabilities[reading.digit]))
        st.markdown(_("All on: **{digit}**, {share}", digit=reading.digit, share=share))
        bars(reading.probabilities.tolist(), winner=reading.digit, label=_("Probabilities as it is"), key="bars_before")
    with after:
        told = _("{count} off: **{digit}**, {share}") if count else _("None off: **{digit}**, {share}")
        st.markdown(told.format(count=count, digit=now, share=percent(float(shares[now]))))
        bars(shares.tolist(), winner=now, label=_("Probabilities without the silenced filters"), key="bars_after")


def accuracy_change(layer: FilterLayer) -> None:
    """What silencing costs on the test pictures, overall and per digit."""
    if not layer.silenced:
        st.caption(_("Nothing is silenced. Silence a filter, and the change in test accuracy shows here."))
        return
    recognizer = layer.recognizer
    after = scored(recognizer.fingerprint, layer.silenced, recognizer).finish(
        _("Reading the test pictures without them …")
    )
    before = scored(recognizer.fingerprint, (), recognizer).finish(_("Reading the test pictures with all filters …"))
    change = 100 * (after.accuracy - before.accuracy)
    with st.container(horizontal=True, gap="medium"):
        st.metric(_("Test accuracy with all filters"), percent(before.accuracy, 2, counted=True), width="content")
        st.metric(
            _("Without the silenced ones"),
            percent(after.accuracy, 2, counted=True),
            _("{change:+.2f} points", change=change),
            width="content",
            delta_color="normal" if round(change, 2) else "off",
            delta_arrow="auto" if round(change, 2) else "off",
        )
    show([digit_changes(before, after)], height=200, alt=_("Change in test accuracy for each digit, in points"))
    total, data = len(data_set().test), _(NAMES[data_set().name])
    told = (
        _("Scored on {count:,} of the {total:,} test pictures, drawn at random, of {data}.")
        if after.pictures < total
        else _("Scored on all {total:,} test pictures of {data}.")
    ).format(count=after.pictures, total=total, data=data)
    point = _("One point is one picture in a hundred of that digit.")
    st.caption(f"{told} {point}")


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


def ranking(layer: FilterLayer) -> None:
    """A table of the layer's filters by the accuracy they carry, made at the press of a button."""
    recognizer, asked = layer.recognizer, f"{layer.recognizer.fingerprint} {layer.block}"
    work = ranked(recognizer.fingerprint, layer.block, recognizer)
    wanted = st.session_state.setdefault(ASKED, set())
    st.markdown(
        _(
            "Each filter of the layer is silenced alone, and the test pictures are read again: the accuracy that is "
            "lost is what this filter carries and no other can replace."
        )
    )
    if work.result is None and asked not in wanted:
        st.button(
            _("Rank the filters of layer {layer}", layer=layer.number),
            icon=":material/leaderboard:",
            on_click=wanted.add,
            args=(asked,),
            key="filters_rank",
        )
        return
    result = work.finish(_("Silencing the filters of layer {layer}, one at a time …", layer=layer.number))
    before = result.before.by_digit
    hardest = [(before - score.by_digit).nan_to_num(-1.0).max(0) for score in result.without]
    table = pd.DataFrame(
        {
            "filter": range(1, layer.count + 1),
            "accuracy": [100 * lost for lost in result.accuracy_lost],
            "loss": [score.loss - result.before.loss for score in result.without],
            "digit": [int(worst.indices) for worst in hardest],
            "worst": [100 * float(worst.values) for worst in hardest],
            "norm": layer.kernels.norms.tolist(),
            "state": [_("dead") if number in layer.dead else _("alive") for number in range(1, layer.count + 1)],
        }
    ).sort_values(["accuracy", "loss"], ascending=False)
    number = st.column_config.NumberColumn
    st.dataframe(
        table,
        hide_index=True,
        height=320,
        alt=_("Filters of layer {layer} by the accuracy lost without them", layer=layer.number),
        column_config={
            "filter": _("Filter"),
            "accuracy": number(_("Accuracy lost"), format="%+.2f"),
            "loss": number(_("Loss rises by"), format="%+.4f"),
            "digit": _("Digit hit hardest"),
            "worst": number(_("It loses"), format="%+.2f"),
            "norm": number(_("Norm"), format="%.2f"),
            "state": _("State"),
        },
    )
    total, read = len(data_set().test), result.before.pictures
    told = (
        _("In percentage points, on all {total:,} test pictures.")
        if read == total
        else _("In percentage points, on {count:,} of the {total:,} test pictures, drawn at random.")
    ).format(count=read, total=total)
    chance = _(
        "One picture is {point:.3f} points, so the smallest differences are chance. Below zero, the network reads "
        "better without the filter. Filters that do the same work hide one another: each alone is then hardly missed.",
        point=100 / read,
    )
    st.caption(f"{told} {chance}")
    least = table["filter"].tolist()[-WEAKEST:]
    st.button(
        _("Silence the {count} that carry least", count=len(least)),
        icon=":material/volume_off:",
        on_click=silence,
        args=(layer.block, least),
        key="filters_least",
    )

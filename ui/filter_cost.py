"""Switching filters off: what the network then says of the drawing, and what it costs on the test pictures."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st
import torch

from model.ablation import DigitScore, silenced_logits
from model.config import CLASSES
from ui.components.bars import bars
from ui.components.pictures import pictures
from ui.filter_layer import FilterLayer
from ui.filters import choose_off, picked, ranked, scored, silence, silence_none, toggle
from ui.sources import data_set
from ui.text import percent

SWITCHES, ASKED = "filters_switches", "filters_asked"
NAMES = {"mnist": "MNIST", "digits": "the offline digits"}
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
    buttons: dict[str, tuple[Callable[..., None], tuple[Any, ...], bool]] = {
        "All dead ones": (silence, (block, layer.dead), not layer.dead),
        f"The {len(weakest)} of least norm": (silence, (block, weakest), False),
        "All of this layer": (silence, (block, list(range(1, count + 1))), False),
        "None": (silence_none, (len(layer.recognizer.checkpoint.model.filters),), not layer.silenced),
    }
    choose_off(block, count)
    with st.container(horizontal=True, gap="small"):
        for number, (label, (callback, arguments, disabled)) in enumerate(buttons.items()):
            st.button(label, on_click=callback, args=arguments, disabled=disabled, key=f"filters_silence_{number}")
    with st.container(height=440 if layer.count > 40 else "content", border=False, key="filters_switches_box"):
        pictures(
            [layer.tile(channel, marked=channel + 1 in layer.off) for channel in range(count)],
            key=SWITCHES,
            size="2.6rem",
            on_pick=partial(switch_pressed, block, count),
        )
    others = [
        f"layer {other + 1}: {', '.join(str(channel + 1) for channel in channels)}"
        for other, channels in layer.silenced
        if other != block
    ]
    if others:
        st.caption(f"Silenced elsewhere: {'; '.join(others)}.")


def without_them(layer: FilterLayer) -> None:
    """The answer to the drawing with and without the silenced filters."""
    reading = layer.reading
    count = sum(len(channels) for _, channels in layer.silenced)
    title = f"{count} off" if count else "None off"
    if reading is None or reading.digit is None:
        st.markdown("Draw a digit to see how its probabilities change.")
        return
    picture = torch.from_numpy(reading.image)[None, None]
    shares = silenced_logits(layer.recognizer.network, picture, dict(layer.silenced)).softmax(1)[0]
    now = int(shares.argmax())
    with st.container(horizontal=True, gap="medium"):
        before, after = st.container(key="filters_before"), st.container(key="filters_after")
    with before:
        share = percent(float(reading.probabilities[reading.digit]))
        st.markdown(f"All on: **{reading.digit}**, {share}")
        bars(reading.probabilities.tolist(), winner=reading.digit, label="Probabilities as it is", key="bars_before")
    with after:
        st.markdown(f"{title}: **{now}**, {percent(float(shares[now]))}")
        bars(shares.tolist(), winner=now, label="Probabilities without the silenced filters", key="bars_after")


def accuracy_change(layer: FilterLayer) -> None:
    """What silencing costs on the test pictures, overall and per digit."""
    if not layer.silenced:
        st.caption("Nothing is silenced. Silence a filter, and the change in test accuracy shows here.")
        return
    recognizer = layer.recognizer
    after = scored(recognizer.fingerprint, layer.silenced, recognizer).finish(
        "Reading the test pictures without them …"
    )
    before = scored(recognizer.fingerprint, (), recognizer).finish("Reading the test pictures with all filters …")
    change = 100 * (after.accuracy - before.accuracy)
    with st.container(horizontal=True, gap="medium"):
        st.metric("Test accuracy with all filters", f"{before.accuracy:.2%}", width="content")
        st.metric(
            "Without the silenced ones",
            f"{after.accuracy:.2%}",
            f"{change:+.2f} points",
            width="content",
            delta_color="normal" if round(change, 2) else "off",
            delta_arrow="auto" if round(change, 2) else "off",
        )
    st.altair_chart(digit_changes(before, after), height=200, alt="Change in test accuracy for each digit, in points")
    total = len(data_set().test)
    part = (
        f"{after.pictures:,} of the {total:,} test pictures, drawn at random,"
        if after.pictures < total
        else (f"all {total:,} test pictures")
    )
    st.caption(f"Scored on {part} of {NAMES[data_set().name]}. One point is one picture in a hundred of that digit.")


def digit_changes(before: DigitScore, after: DigitScore) -> alt.Chart:
    """Bars of the change in accuracy per digit, in percentage points."""
    change = (100 * (after.by_digit - before.by_digit)).tolist()
    table = pd.DataFrame({"digit": range(CLASSES), "change": change}).dropna()
    table["accuracy without"] = [100 * float(after.by_digit[digit]) for digit in table["digit"]]
    least, most = min(-1.0, table["change"].min()), max(1.0, table["change"].max())
    chart: alt.Chart = (
        alt.Chart(table)
        .mark_bar()
        .encode(
            x=alt.X("digit:O", title="Digit", axis=alt.Axis(labelAngle=0, orient="bottom")),
            y=alt.Y("change:Q", title="Change, points", scale=alt.Scale(domain=[least, most])),
            tooltip=["digit", alt.Tooltip("change", format="+.2f"), alt.Tooltip("accuracy without", format=".2f")],
        )
    )
    return chart


def ranking(layer: FilterLayer) -> None:
    """A table of the layer's filters by the accuracy they carry, made at the press of a button."""
    recognizer, asked = layer.recognizer, f"{layer.recognizer.fingerprint} {layer.block}"
    work = ranked(recognizer.fingerprint, layer.block, recognizer)
    wanted = st.session_state.setdefault(ASKED, set())
    st.markdown(
        "Each filter of the layer is silenced alone, and the test pictures are read again: the accuracy that is lost "
        "is what this filter carries and no other can replace."
    )
    if work.result is None and asked not in wanted:
        st.button(
            f"Rank the filters of layer {layer.number}", icon=":material/leaderboard:", on_click=wanted.add,
            args=(asked,), key="filters_rank",
        )  # fmt: skip
        return
    result = work.finish(f"Silencing the filters of layer {layer.number}, one at a time …")
    before = result.before.by_digit
    hardest = [(before - score.by_digit).nan_to_num(-1.0).max(0) for score in result.without]
    table = pd.DataFrame(
        {
            "Filter": range(1, layer.count + 1),
            "Accuracy lost": [100 * lost for lost in result.accuracy_lost],
            "Loss rises by": [score.loss - result.before.loss for score in result.without],
            "Digit hit hardest": [int(worst.indices) for worst in hardest],
            "It loses": [100 * float(worst.values) for worst in hardest],
            "Norm": layer.kernels.norms.tolist(),
            "State": ["dead" if number in layer.dead else "alive" for number in range(1, layer.count + 1)],
        }
    ).sort_values(["Accuracy lost", "Loss rises by"], ascending=False)
    points, four = (st.column_config.NumberColumn(format=shape) for shape in ("%+.2f", "%+.4f"))
    st.dataframe(
        table, hide_index=True, height=320, alt=f"Filters of layer {layer.number} by the accuracy lost without them",
        column_config={
            "Accuracy lost": points, "It loses": points, "Loss rises by": four,
            "Norm": st.column_config.NumberColumn(format="%.2f"),
        },
    )  # fmt: skip
    total, read = len(data_set().test), result.before.pictures
    st.caption(
        f"In percentage points, on {read:,} {'' if read == total else f'of the {total:,} '}test pictures; one picture "
        f"is {100 / read:.3f} points, so the smallest differences are chance. Below zero, the network reads better "
        "without the filter. Filters that do the same work hide one another: each alone is then hardly missed."
    )
    least = table["Filter"].tolist()[-WEAKEST:]
    st.button(
        f"Silence the {len(least)} that carry least", icon=":material/volume_off:", on_click=silence,
        args=(layer.block, least), key="filters_least",
    )  # fmt: skip

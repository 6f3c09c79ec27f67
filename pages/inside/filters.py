"""What each filter of the chosen network looks for, and what the network loses without it."""

from functools import partial

import altair as alt
import pandas as pd
import streamlit as st
import torch

from model.ablation import DigitScore, silenced_logits
from model.config import CLASSES
from model.data import DataError
from model.preprocess import Steps
from model.recognizer import Reading
from ui.canvas import SIDE
from ui.components.bars import bars
from ui.components.pictures import pictures
from ui.components.reading import share_reading
from ui.drawing import digit_source
from ui.filter_depth import in_depth, strongest_pictures
from ui.filter_layer import FilterLayer, look_at
from ui.filters import (
    CHOSEN,
    choose_filter,
    choose_layer,
    choose_off,
    choose_slice,
    picked,
    ranked,
    scored,
    silence,
    silence_none,
    surveyed,
    toggle,
)
from ui.network import chosen_name, chosen_network
from ui.sources import data_set
from ui.text import percent

NUMBER, NORM, EXCITEMENT = "Number", "Norm", "Excitement"
KERNELS, SWITCHES, ASKED = "filters_kernels", "filters_switches", "filters_asked"
NAMES = {"mnist": "MNIST", "digits": "the offline digits"}
WEAKEST = 10


def answer(reading: Reading | None) -> None:
    """The network's answer in brief."""
    known = reading is not None and reading.digit is not None
    if reading is not None and reading.digit is not None:
        st.markdown(f"Read as **{reading.digit}**, {percent(float(reading.probabilities[reading.digit]))} sure.")
    else:
        st.markdown("Draw a digit, and the filters answer to it.")
    bars(
        reading.probabilities.tolist() if reading and known else None,
        winner=reading.digit if reading else None,
        label="How sure the network is of each digit",
        key="filters_bars",
        live=True,
    )


def about(layer: FilterLayer) -> str:
    """What a kernel of this layer is, and where its picture misleads."""
    _, channels, side, _ = layer.kernels.weights.shape
    folded = " Batch normalisation is folded in." if layer.recognizer.checkpoint.model.batch_norm else ""
    if layer.block == 0:
        return (
            f"Each filter of layer 1 slides one {side}x{side} kernel over your digit: orange weights look for ink, "
            f"blue ones for paper.{folded}"
        )
    return (
        f"Each filter of layer {layer.number} has {channels} slices of {side}x{side}, one for each map of layer "
        f"{layer.block}. A slice alone says little about the filter; what excites it, below, says more.{folded}"
    )


def kernel_grid(layer: FilterLayer, by: str) -> None:
    """All kernels on one scale; a press chooses a filter."""
    excitement = None if layer.maps is None else layer.maps.amax((1, 2))
    values = {NORM: layer.kernels.norms, EXCITEMENT: excitement}.get(by)
    order = list(range(layer.count)) if values is None else values.argsort(descending=True, stable=True).tolist()
    figures = [""] * layer.count if values is None else [f"{value:.2f}" for value in values.tolist()]
    if by == EXCITEMENT and values is None:
        st.caption("Draw a digit to sort by what it excites.")
    chosen = st.session_state.get(CHOSEN)
    with st.container(height=740 if layer.count > 32 else "content", border=False, key="filters_kernels_box"):
        pictures(
            [layer.tile(channel, figures[channel], marked=channel + 1 == chosen) for channel in order],
            key=KERNELS,
            size="5.2rem" if layer.count <= 16 else "3.6rem" if layer.count <= 32 else "3.2rem",
            on_pick=partial(kernel_pressed, order),
        )
    dead = f" Dead: {len(layer.dead)} of {layer.count}." if layer.known else ""
    st.caption(
        f"One scale for all: blue is negative, orange positive, the strongest shades are ±{layer.limit:.2f}.{dead}"
    )


def one_filter(layer: FilterLayer) -> int:
    """The number of the chosen filter, and a button that silences it; returns its channel."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        channel = choose_filter(layer.count)
        off = channel + 1 in layer.off
        st.button(
            "Let it speak again" if off else "Silence it", icon=f":material/volume_{'up' if off else 'off'}:",
            on_click=toggle, args=(layer.block, layer.count, channel + 1), key="filters_toggle",
        )  # fmt: skip
    return channel


def kernel_pressed(order: list[int]) -> None:
    """Callback: the pressed kernel's filter becomes the chosen one."""
    number = picked(KERNELS, order)
    if number is not None:
        st.session_state[CHOSEN] = number


def switch_pressed(block: int, count: int) -> None:
    """Callback: the pressed filter is silenced, or speaks again."""
    number = picked(SWITCHES, list(range(count)))
    if number is not None:
        toggle(block, count, number)


def switches(layer: FilterLayer) -> None:
    """Which filters are silenced, to be changed by a press, by typing, or all at once."""
    block, count = layer.block, layer.count
    weakest = (layer.kernels.norms.argsort(stable=True)[:WEAKEST] + 1).tolist()
    buttons = {
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
    return (
        alt.Chart(table)
        .mark_bar()
        .encode(
            x=alt.X("digit:O", title="Digit", axis=alt.Axis(labelAngle=0, orient="bottom")),
            y=alt.Y("change:Q", title="Change, points", scale=alt.Scale(domain=[least, most])),
            tooltip=["digit", alt.Tooltip("change", format="+.2f"), alt.Tooltip("accuracy without", format=".2f")],
        )
    )


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


@st.fragment
def lesson() -> None:
    """Everything on the page. What is quick comes first; slow work goes last, into places that were kept for it."""
    recognizer = chosen_network()
    config = recognizer.checkpoint.model
    with st.container(horizontal=True, gap="medium"):
        left, right = st.container(width=SIDE), st.container(key="filters_right")
    with left:
        digit = digit_source()
        steps = Steps()
        reading = recognizer.read(digit.pixels, steps) if digit else None
        share_reading(reading, steps)
        answer(reading)
    with right:
        block = choose_layer(len(config.filters))
        with st.container(horizontal=True, gap="medium"):
            by = st.segmented_control(
                "Sorted by", [NUMBER, NORM, EXCITEMENT], default=NUMBER, required=True, key="filters_sort",
                persist_state="session", help="Excitement: each filter's highest activation for your digit",
            )  # fmt: skip
            shown = choose_slice(1 if block == 0 else config.filters[block - 1])
        layer = look_at(recognizer, reading, block, shown)
        st.caption(about(layer))
        kernels = st.container()

    st.subheader("One filter in depth", anchor=False)
    channel = one_filter(layer)
    with kernels:
        kernel_grid(layer, by or NUMBER)
    in_depth(layer, channel)
    best = st.container(key="filters_best")
    with best:
        strongest_pictures(layer, channel)

    st.subheader("Switch filters off", anchor=False)
    st.markdown(
        "A silenced filter sends zeros to the next layer. The drawing's probabilities change at once; the accuracy on "
        "the test pictures says whether that holds for other people's digits too."
    )
    with st.container(horizontal=True, gap="medium"):
        left, right = st.container(key="filters_switch_side"), st.container(key="filters_effect_side")
    with left:
        switches(layer)
    with right:
        without_them(layer)
        cost = st.container(key="filters_cost")
    st.subheader(f"What each filter of layer {layer.number} carries", anchor=False)
    ranks = st.container(key="filters_ranking")

    try:
        with cost:
            accuracy_change(layer)
        with ranks:
            ranking(layer)
        if layer.survey is None:
            with best:
                surveyed(recognizer.fingerprint, recognizer).finish("Looking for what excites each filter …")
            st.rerun()  # now that all of it is known, dead filters too
    except DataError as error:
        best.error(str(error))


st.title("Filters", anchor=False)
st.markdown(f"What each filter of the **{chosen_name()}** looks for, and what the network loses without it.")
lesson()

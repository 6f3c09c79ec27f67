"""Gradient descent on one weight of the small dense network: its loss as a curve, and a button for each step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st
import torch
from torch import Tensor

from model.language import N_, _
from model.network.layers import CLASSES
from model.theory.neurons.dense import Dense
from model.theory.neurons.one_weight import OneWeight, one_weight
from ui.learn.choice import choose
from ui.learn.formulas import factor, plus, tex
from ui.learn.neurons.dense import all_activations
from ui.shared.charts import Spec, category, layer, names, quantity, show, where
from ui.shared.formatting import written
from ui.shared.number_input import number_field

ALL, DIGIT = "all", "digit"
_SOURCES = {ALL: N_("All training digits"), DIGIT: N_("Your digit alone")}
_TRAIL = "neurons_trail"
_START, _RATE = 0.0, 1.0
_MOST_STEPS = 200
_POINTS = 61
_SHOWN = 12
_TANGENT = 0.16
"""Of the width of the chart, to either side of its point."""

Point = tuple[float, float]


@dataclass(frozen=True)
class Descent:
    """one: the weight as its loss knows it. weight: its value now. rate: the learning rate. trail: values before."""

    one: OneWeight
    weight: float
    rate: float
    trail: tuple[float, ...]


def descent(dense: Dense, unit: int, image: Tensor) -> Descent:
    """Choose a weight, see the loss over it, and let gradient descent move it."""
    source, one, target, start = _choose_weight(dense, unit, image)
    identity = (dense.units, unit, one.output, source, start)
    kept = st.session_state.get(_TRAIL)
    trail: list[float] = kept[1] if isinstance(kept, tuple) and kept[0] == identity else [start]
    weight = trail[-1]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        rate = number_field(_("Learning rate"), _RATE, key="neurons_rate", width=140)
        after = one.step(weight, rate)
        st.button(
            _("One step"),
            icon=":material/step_over:",
            type="primary",
            key="neurons_step",
            on_click=_remember,
            args=(identity, [*trail, after][-_MOST_STEPS:]),
        )
        st.button(
            _("Back to the start"),
            icon=":material/undo:",
            key="neurons_back",
            on_click=_remember,
            args=(identity, [start]),
            disabled=len(trail) == 1,
        )
    made = Descent(one, weight, rate, tuple(trail[:-1]))
    with st.container(horizontal=True, gap="medium"):
        left, right = st.container(key="neurons_curve"), st.container(key="neurons_steps")
    with left:
        _chart(made)
    with right:
        _figures(made, target)
    return made


def _choose_weight(dense: Dense, unit: int, image: Tensor) -> tuple[str, OneWeight, int, float]:
    """Whose loss it is, the weight, what the digit is meant to be, and where the weight starts."""
    told = int(dense.logits(image).argmax())
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        source = choose(_("The loss of"), list(_SOURCES), key="neurons_source", written=lambda each: _(_SOURCES[each]))
        digits = list(range(CLASSES))
        target = told
        if source == DIGIT:
            target = _select(_("Your digit is meant to be"), digits, "neurons_target", told)
        output = _select(_("Weight from unit {unit} to output", unit=unit + 1), digits, "neurons_output", told)
        start = number_field(_("It starts at"), _START, key="neurons_start", largest=20, width=120)
    if source == DIGIT:
        activations, labels = dense.activations(image)[None], torch.tensor([target])
    else:
        activations, labels = all_activations(dense.units, dense), dense.training.labels
    return source, one_weight(dense.network, activations, labels, unit, output), target, start


def _select(label: str, options: list[int], key: str, default: int) -> int:
    if st.session_state.get(key) not in options:
        st.session_state[key] = default
    return int(st.selectbox(label, options, key=key, persist_state="session", width=210))


def _remember(identity: tuple[object, ...], trail: list[float]) -> None:
    """Callback: these are the weight's values so far; of another weight, or start, there are none yet."""
    st.session_state[_TRAIL] = (identity, trail)


def _figures(made: Descent, target: int) -> None:
    """The loss in words, the step as a formula, and what the last one changed."""
    one, weight = made.one, made.weight
    loss, slope = one.loss_and_slope(weight)
    if len(one.labels) == 1:
        share = one.share(weight, target)
        st.markdown(
            _(
                "**Cross-entropy** looks only at the share p that the network gives to the right digit, {digit}.",
                digit=target,
            )
        )
        st.latex(rf"L = -\ln p = -\ln {tex(share)} = {tex(loss)}")
    else:
        st.markdown(
            _(
                "**Cross-entropy** looks only at the share p that the network gives to the right digit: its loss is "
                "$-\\ln p$. L is the mean over all digits that the network was trained on."
            )
        )
        st.latex(rf"L = {tex(loss)}")
    after = one.step(weight, made.rate)
    st.markdown(_("**The next step** goes against the slope of the curve, times the learning rate:"))
    st.latex(
        rf"w - \eta\,\frac{{\partial L}}{{\partial w}} = {tex(weight)} - {factor(made.rate)} \cdot {factor(slope)}"
    )
    st.latex(rf"= {tex(weight)} {plus(-made.rate * slope)} = {tex(after)}")
    if slope == 0:
        st.markdown(_("The slope is zero: the unit is silent, or the answer is as good as certain. Nothing moves."))
    known = ("", "")
    if made.trail:
        known = written(made.trail[-1]), written(one.loss_and_slope(made.trail[-1])[0])
    rows = [
        ("", _("Before the last step"), _("Now")),
        (":--", "--:", "--:"),
        (_("Weight"), known[0], written(weight)),
        (_("Loss"), known[1], written(loss)),
        (_("Steps"), "", str(len(made.trail))),
    ]
    st.markdown("\n".join(f"| {' | '.join(row)} |" for row in rows))


def _chart(made: Descent) -> None:
    """The loss over the weight, with the present point, its tangent, the points before, and the trained value."""
    one, weight = made.one, made.weight
    places = [one.trained, weight, *made.trail]
    low, high = float(np.floor(min(places) - 1)), float(np.ceil(max(places) + 1))
    at = torch.linspace(low, high, _POINTS, dtype=torch.float64)
    losses = one.losses(at)
    loss, slope = one.loss_and_slope(weight)
    top, bottom = float(losses.max()), min(float(losses.min()), loss)
    margin = 0.06 * (top - bottom) or 0.05
    frame = (low, high, bottom - margin, top + margin)
    curve, tangent, trained = lines = _("Loss"), _("Tangent"), _("As training left it")
    now, earlier = _("Now"), _("Before")
    table = pd.DataFrame(
        [{"w": w, "L": each, "line": curve} for w, each in zip(at.tolist(), losses.tolist(), strict=True)]
        + [{"w": w, "L": each, "line": tangent} for w, each in _tangent((weight, loss), slope, frame)]
        + [{"w": one.trained, "L": each, "line": trained} for each in frame[2:]]
        + [{"w": each, "L": one.loss_and_slope(each)[0], "point": earlier} for each in made.trail[-_SHOWN:]]
        + [{"w": weight, "L": loss, "point": now}]
    )
    told = _(
        "Loss over the weight; at {weight} it is {loss}, with a slope of {slope}",
        weight=written(weight),
        loss=written(loss),
        slope=written(slope),
    )
    show(_layers(lines, (now, earlier)), table, height=400, alt=told)


def _tangent(point: Point, slope: float, frame: tuple[float, float, float, float]) -> list[Point]:
    """The ends of a piece of the tangent at a point, within the frame of low and high weight, low and high loss."""
    weight, loss = point
    low, high, bottom, top = frame
    ends = []
    for side in (-_TANGENT, _TANGENT):
        along = min(max(side * (high - low), low - weight), high - weight)
        rise = min(max(slope * along, bottom - loss), top - loss)
        ends.append((weight + (rise / slope if slope else along), loss + rise))
    return ends


def _layers(lines: Sequence[str], points: Sequence[str]) -> list[Spec]:
    """The lines and points of `_chart`, over its table. The data reaches to the edges of the frame."""
    scale = {"nice": False, "zero": False}
    weight, loss = _("Weight w"), _("Loss L")
    place: Spec = {"x": quantity("w", weight, scale=scale), "y": quantity("L", loss, scale=scale)}
    legend = {"orient": "top", "symbolType": "stroke", "symbolSize": 400, "symbolStrokeWidth": 2, "offset": 2}
    drawn = layer(
        {"type": "line", "clip": True, "strokeWidth": 2.5},
        None,
        [where("isValid(datum.line)")],
        **place,
        color=names("line", lines, legend=legend),
        strokeDash=names("line", lines, range=[[1, 0], [8, 4], [2, 4]], legend=legend),
    )
    point = {"type": "point", "filled": True, "opacity": 1, "clip": True, "stroke": "white", "strokeWidth": 1}
    marks = layer(
        {**point, "color": "#f0a010"},
        None,
        [where("isValid(datum.point)")],
        **place,
        shape=names("point", points, range=["circle", "diamond"], legend=None),
        size=names("point", points, range=[190, 60], legend=None),
        tooltip=[
            category("point", _("Point")),
            quantity("w", weight, format=".4f"),
            quantity("L", loss, format=".4f"),
        ],
    )
    return [drawn, marks]

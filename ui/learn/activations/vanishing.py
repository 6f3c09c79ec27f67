"""Why gradients vanish: slopes multiplied through up to ten layers, on paper and in a real stack of layers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st
import torch
from torch import Tensor

from model.data.preprocess import Float
from model.language import N_, _
from model.theory.activations import NAMES, WIDTH, Weights, chain, stack_gradients, value_and_derivative
from ui.learn.choice import choose
from ui.learn.formulas import factor, tex
from ui.shared.charts import layered
from ui.shared.formatting import written

LESSON = ("relu", "leaky_relu", "gelu", "sigmoid", "tanh")
"""The functions that are compared."""

DEEPEST = 10
_FLOOR, _TOP = 1e-12, 100.0
_REACH, _START = 4.0, 2.0
_WEIGHTS: dict[Weights, str] = {"default": N_("PyTorch's default"), "he": N_("He, made for ReLU")}
_Z, _LAYERS, _SEED = "activations_z", "activations_layers", "activations_seed"
_DASHES = [[1, 0], [9, 4], [2, 3], [10, 3, 2, 3], [5, 3]]


@dataclass(frozen=True)
class Vanishing:
    """What the student has set: the function, the z of every layer, and the number of layers."""

    function: str
    z: float
    layers: int


def vanishing(image: Tensor, label: int) -> Vanishing:
    """The controls, then both ways to see it side by side."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        name = choose(
            _("Function"), LESSON, key="activations_function", default="sigmoid", written=lambda each: _(NAMES[each])
        )
        layers = _whole(st.session_state.get(_LAYERS))
        st.session_state[_LAYERS] = layers
        layers = st.slider(_("Layers"), 1, DEEPEST, key=_LAYERS, persist_state="session", width=320)
    with st.container(horizontal=True, gap="medium"):
        left, right = st.container(key="activations_chain"), st.container(key="activations_stack")
    with left:
        z = _on_paper(name, layers)
    with right:
        _in_a_stack(name, layers, image, label)
    st.caption(
        _(
            "Both scales are logarithmic: each line down is a thousandth of the one above. The lower edge also stands "
            "for everything smaller, and for zero."
        )
    )
    return Vanishing(name, z, layers)


def _on_paper(name: str, layers: int) -> float:
    st.markdown(_("**On paper.** One neuron per layer, every weight 1, and the same sum z in all of them."))
    kept = st.session_state.get(_Z)
    st.session_state[_Z] = kept if isinstance(kept, float) and -_REACH <= kept <= _REACH else _START
    z = st.slider(_("Sum z"), -_REACH, _REACH, step=0.1, key=_Z, persist_state="session")
    slope = float(value_and_derivative(name, torch.tensor(z, dtype=torch.float64))[1])
    products = {each: chain(each, z, DEEPEST) for each in LESSON}
    st.latex(rf"f'({tex(z)})^{{{layers}}} = {factor(slope)}^{{{layers}}} = {tex(products[name][layers - 1])}")
    _chart(products, name, layers, _("Product of the slopes"))
    return z


def _in_a_stack(name: str, layers: int, image: Tensor, label: int) -> None:
    st.markdown(
        _(
            "**For real.** {count} dense layers of {units} units with random weights read your digit, and autograd "
            "sends the gradient of the loss back.",
            count=DEEPEST,
            units=WIDTH,
        )
    )
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        weights = choose(
            _("Random weights"), list(_WEIGHTS), key="activations_weights", written=lambda each: _(_WEIGHTS[each])
        )
        seed = st.session_state.get(_SEED)
        seed = seed if type(seed) is int and 0 <= seed < 2**31 else 0
        st.button(_("Other ones"), icon=":material/casino:", key="activations_other", on_click=_another, args=(seed,))
    stacks = _stacks(image.numpy(), label, weights, seed)
    left = stacks[name][layers - 1]
    below, above = (
        rf"\lVert \partial L / \partial {at} \rVert" for at in (f"z_{{{DEEPEST + 1 - layers}}}", f"a_{{{DEEPEST}}}")
    )
    st.latex(rf"{below} \,/\, {above} = {tex(left)}")
    _chart(stacks, name, layers, _("Share of the gradient that is left"))


@st.cache_data(max_entries=64, show_spinner=False)
def _stacks(image: Float, label: int, weights: Weights, seed: int) -> dict[str, list[float]]:
    """What is left of the gradient behind 1 to DEEPEST layers, for each function."""
    picture = torch.from_numpy(image)
    return {
        name: stack_gradients(name, picture, label, DEEPEST, weights=weights, seed=seed).gradients for name in LESSON
    }


def _another(seed: int) -> None:
    """Callback: the next random weights."""
    st.session_state[_SEED] = seed + 1


def _whole(kept: object) -> int:
    """A kept number of layers, where a browser may have sent anything."""
    return kept if type(kept) is int and 1 <= kept <= DEEPEST else DEEPEST


def _chart(values: Mapping[str, Sequence[float]], chosen: str, layers: int, title: str) -> None:
    """One line for each function over the layers that a gradient has passed; a mark where the controls are."""
    table = pd.DataFrame(
        [
            {
                "layers": at,
                "value": value,
                "height": min(max(value, _FLOOR), _TOP),
                "function": _(NAMES[name]),
                "chosen": name == chosen,
                "now": name == chosen and at == layers,
            }
            for name, line in values.items()
            for at, value in enumerate(line, start=1)
        ]
    )
    told = _(
        "{title} over the layers; {function} has {value} after {layers}",
        title=title,
        function=_(NAMES[chosen]),
        value=written(values[chosen][layers - 1]),
        layers=layers,
    )
    spec = _spec(tuple(_(NAMES[name]) for name in values), title, _("Layers passed"), _("Function"))
    st.vega_lite_chart(table, spec, height=300, alt=told)


@lru_cache(maxsize=16)
def _spec(names: tuple[str, ...], title: str, layers_passed: str, function: str) -> dict[str, Any]:
    """Vega-Lite for `_chart`; all texts in the reader's language."""
    base = alt.Chart().encode(
        x=alt.X(
            "layers:Q",
            title=layers_passed,
            scale=alt.Scale(domain=[1, DEEPEST], nice=False),
            axis=alt.Axis(format="d", tickMinStep=1, grid=False),
        ),
        y=alt.Y(
            "height:Q",
            title=title,
            scale=alt.Scale(type="log", domain=[_FLOOR, _TOP], nice=False),
            axis=alt.Axis(values=[1e-12, 1e-9, 1e-6, 1e-3, 1], format=".0e"),
        ),
        tooltip=[
            alt.Tooltip("function:N", title=function),
            alt.Tooltip("layers:Q", title=layers_passed),
            alt.Tooltip("value:Q", title=title, format=".3g"),
        ],
    )
    legend = alt.Legend(orient="top", columns=3, offset=4, symbolType="stroke", symbolSize=400, symbolStrokeWidth=2)
    lines = base.mark_line(clip=True).encode(
        color=alt.Color("function:N", title=None, scale=alt.Scale(domain=names), legend=legend),
        strokeDash=alt.StrokeDash(
            "function:N", title=None, scale=alt.Scale(domain=names, range=_DASHES), legend=legend
        ),
        strokeWidth=alt.condition("datum.chosen", alt.value(4), alt.value(1.5)),
        opacity=alt.condition("datum.chosen", alt.value(1), alt.value(0.7)),
    )
    mark = base.transform_filter("datum.now").mark_point(
        filled=True, size=160, opacity=1, color="#f0a010", stroke="white", strokeWidth=1.5
    )
    return layered(lines, mark)

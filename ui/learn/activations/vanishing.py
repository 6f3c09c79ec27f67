"""Why gradients vanish: slopes multiplied through up to ten layers, on paper and in a real stack of layers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st
import torch
from torch import Tensor

from model.data.preprocess import Float
from model.language import N_, _
from model.theory.activations import NAMES, WIDTH, Weights, chain, stack_gradients, value_and_derivative
from ui.learn.choice import choose
from ui.learn.formulas import factor, tex
from ui.shared.charts import Spec, category, layer, names, quantity, show, where
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
    show(_layers([_(NAMES[name]) for name in values], title), table, height=300, alt=told)


def _layers(functions: list[str], title: str) -> list[Spec]:
    """The lines and the mark of `_chart`, over its table."""
    x_axis = {"format": "d", "tickMinStep": 1, "grid": False}
    y_axis = {"values": [1e-12, 1e-9, 1e-6, 1e-3, 1], "format": ".0e"}
    layers_passed = _("Layers passed")
    place: Spec = {
        "x": quantity("layers", layers_passed, scale={"domain": [1, DEEPEST], "nice": False}, axis=x_axis),
        "y": quantity("height", title, scale={"type": "log", "domain": [_FLOOR, _TOP], "nice": False}, axis=y_axis),
        "tooltip": [
            category("function", _("Function")),
            quantity("layers", layers_passed),
            quantity("value", title, format=".3g"),
        ],
    }
    legend = {
        "orient": "top",
        "columns": 3,
        "offset": 4,
        "symbolType": "stroke",
        "symbolSize": 400,
        "symbolStrokeWidth": 2,
    }
    lines = layer(
        {"type": "line", "clip": True},
        **place,
        color=names("function", functions, legend=legend),
        strokeDash=names("function", functions, range=_DASHES, legend=legend),
        strokeWidth={"condition": {"test": "datum.chosen", "value": 4}, "value": 1.5},
        opacity={"condition": {"test": "datum.chosen", "value": 1}, "value": 0.7},
    )
    point = {"type": "point", "filled": True, "size": 160, "opacity": 1, "color": "#f0a010", "stroke": "white"}
    return [lines, layer({**point, "strokeWidth": 1.5}, None, [where("datum.now")], **place)]

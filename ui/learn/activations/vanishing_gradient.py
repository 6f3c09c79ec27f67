"""Why gradients vanish: one slope for each layer is multiplied into them, on paper and in a real stack of layers."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st
import torch
from torch import Tensor

from model.data.preprocess import Float
from model.language import N_, _
from model.theory.activations import NAMES, WIDTH, Weights, derivative_products, stack_gradients, value_and_derivative
from ui.learn.activations.functions import LESSON, ActivationsState
from ui.learn.activations.gradient_chart import gradient_chart
from ui.learn.controls import choose, slide_number, slide_whole_number
from ui.learn.formulas import factor, tex
from ui.learn.layout import side_by_side
from ui.shared.state import state_of

DEEPEST = 10
"""Layers of the deepest stack."""

_REACH, _START = 4.0, 2.0
_WEIGHTS: dict[Weights, str] = {"default": N_("PyTorch's default"), "he": N_("He, made for ReLU")}


@dataclass(frozen=True)
class VanishingSettings:
    """What the student has set: the function, the sum z of every layer, and the number of layers."""

    function: str
    z: float
    layers: int


def vanishing_gradient(image: Tensor, label: int) -> VanishingSettings:
    """The controls, then the gradient on paper and in a stack of layers. image: float32 (28, 28)."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        name = choose(
            _("Function"),
            LESSON,
            key="activations_function",
            default="sigmoid",
            format_func=lambda each: _(NAMES[each]),
        )
        layers = slide_whole_number(_("Layers"), 1, DEEPEST, key="activations_layers", default=DEEPEST, width=320)
    left, right = side_by_side("activations_chain", "activations_stack")
    with left:
        z = _on_paper(name, layers)
    with right:
        _in_a_stack(name, layers, image, label)
    st.caption(
        _(
            "Both scales are logarithmic: each line is a thousandth of the line above it. The lower edge also stands "
            "for all smaller values, and for zero."
        )
    )
    return VanishingSettings(name, z, layers)


def _on_paper(name: str, layers: int) -> float:
    """The product of the slopes if all layers have the same sum z; returns z."""
    st.markdown(_("**On paper.** One neuron per layer, every weight 1, and the same sum z in all of them."))
    z = slide_number(_("Sum z"), -_REACH, _REACH, key="activations_z", default=_START, step=0.1)
    slope = float(value_and_derivative(name, torch.tensor(z, dtype=torch.float64))[1])
    products = {each: derivative_products(each, z, DEEPEST) for each in LESSON}
    st.latex(rf"f'({tex(z)})^{{{layers}}} = {factor(slope)}^{{{layers}}} = {tex(products[name][layers - 1])}")
    gradient_chart(products, name, layers, _("Product of the slopes"))
    return z


def _in_a_stack(name: str, layers: int, image: Tensor, label: int) -> None:
    """The gradient of a real stack with random weights."""
    st.markdown(
        _(
            "**In a real network.** {count} dense layers of {units} units with random weights read your digit, and "
            "autograd computes the gradient of the loss, from the last layer to the first.",
            count=DEEPEST,
            units=WIDTH,
        )
    )
    seed = state_of(ActivationsState).weights
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        weights = choose(
            _("Random weights"), list(_WEIGHTS), key="activations_weights", format_func=lambda each: _(_WEIGHTS[each])
        )
        st.button(_("Other weights"), icon=":material/casino:", key="activations_other", on_click=seed.next_seed)
    gradients = _stack_gradients(image.numpy(), label, weights, seed.value)
    below, above = (
        rf"\lVert \partial L / \partial {at} \rVert" for at in (f"z_{{{DEEPEST + 1 - layers}}}", f"a_{{{DEEPEST}}}")
    )
    st.latex(rf"{below} \,/\, {above} = {tex(gradients[name][layers - 1])}")
    gradient_chart(gradients, name, layers, _("Share of the gradient that is left"))


@st.cache_data(max_entries=64, show_spinner=False)
def _stack_gradients(image: Float, label: int, weights: Weights, seed: int) -> dict[str, list[float]]:
    """For each function, the share of the gradient that is left after 1 to DEEPEST layers."""
    picture = torch.from_numpy(image)
    return {
        name: stack_gradients(name, picture, label, DEEPEST, weights=weights, seed=seed).gradients for name in LESSON
    }

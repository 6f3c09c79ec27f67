"""The small dense network of the lesson: it is trained on this machine when it is first needed."""

from __future__ import annotations

import streamlit as st
from torch import Tensor

from model.data.datasets import DataSet, load_data
from model.language import _
from model.network.layers import CLASSES, IMAGE_SIZE
from model.theory.neurons.dense import UNITS, Dense, train_dense
from ui.learn.controls import choose
from ui.learn.formulas import parameters
from ui.shared.shared_work import SharedWork


@st.cache_resource(show_spinner=False)
def _digits() -> DataSet:
    """The offline data set; enlarging its pictures takes as long as one training, so it is kept."""
    return load_data("digits")


@st.cache_resource(show_spinner=False)
def _trained(units: int) -> SharedWork[Dense]:
    return SharedWork(lambda: train_dense(units, _digits()))


@st.cache_resource(show_spinner=False)
def all_activations(units: int, _dense: Dense) -> Tensor:
    """float32 (N, units): the activations of the hidden units for each training picture; computed once per size."""
    return _dense.all_activations()


def choose_dense() -> Dense:
    """The control for the number of hidden units; returns the network of that size, trained at the first call."""
    units = choose(_("Hidden units"), UNITS, key="neurons_units", default=16)
    work = _trained(units)
    return work.result or work.finish(_("Training this network on small digits …"))


def count_parameters(dense: Dense) -> None:
    """How many parameters the network has, as a formula and in words."""
    total = dense.network.config.parameters
    st.markdown(_("**How many parameters?** Every weight and every bias is a parameter."))
    st.latex(parameters(dense.units, IMAGE_SIZE**2, CLASSES, total))
    st.markdown(
        _(
            "Each hidden unit has a weight for each of the {pixels} pixels, and a bias. Each of the {outputs} outputs "
            "has a weight for each hidden unit, and a bias. Training has set all {total:,} of them.",
            pixels=IMAGE_SIZE**2,
            outputs=CLASSES,
            total=total,
        )
    )

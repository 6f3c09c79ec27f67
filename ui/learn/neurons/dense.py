"""A layer of neurons on the student's digit: a small dense network, trained here, with all that its units say."""

from __future__ import annotations

import streamlit as st
import torch
from torch import Tensor

from model.data.datasets import DataSet, load_data
from model.language import _
from model.network.layers import CLASSES, IMAGE_SIZE
from model.theory.neurons.dense import UNITS, Dense, train_dense
from ui.components.bars import bars
from ui.components.pictures import Picture, pictures
from ui.learn.choice import choose
from ui.learn.formulas import parameters
from ui.shared.formatting import percent, written
from ui.shared.shared_work import SharedWork

_UNIT, _TILES = "neurons_unit", "neurons_tiles"
_TILE = {4: "7rem", 8: "7rem", 16: "3.4rem", 32: "3.4rem"}


@st.cache_resource(show_spinner=False)
def _digits() -> DataSet:
    """The set that needs no network connection; to frame its pictures takes as long as a training."""
    return load_data("digits")


@st.cache_resource(show_spinner=False)
def _trained(units: int) -> SharedWork[Dense]:
    return SharedWork(lambda: train_dense(units, _digits()))


@st.cache_resource(show_spinner=False)
def all_activations(units: int, _dense: Dense) -> Tensor:
    """float32 (N, units): what the hidden units of the network of that size say about each training picture."""
    return _dense.all_activations()


def choose_dense() -> Dense:
    """The chooser of the hidden layer's size, and the network of that size; it is trained at the first time."""
    units = choose(_("Hidden units"), UNITS, key="neurons_units", default=16)
    work = _trained(units)
    return work.result or work.finish(_("Training this network on small digits …"))


def hidden_layer(dense: Dense, image: Tensor) -> int:
    """Weights and activations of all hidden units, and what the ten outputs make of them; returns the chosen unit."""
    told, shares = dense.activations(image), dense.logits(image).softmax(0)
    units = dense.units
    if not isinstance(st.session_state.get(_UNIT), int) or not 0 <= st.session_state[_UNIT] < units:
        st.session_state[_UNIT] = int(told.argmax())  # the one that has most to say
    chosen = int(st.session_state[_UNIT])
    weights = dense.weight_pictures
    limit = float(weights.abs().max())
    tiles = [
        Picture(
            weights[unit].numpy(),
            str(unit + 1),
            _("Weights of hidden unit {unit}; it says {activation}", unit=unit + 1, activation=_short(told[unit])),
            _short(told[unit]),
            unit == chosen,
            limit=limit,
        )
        for unit in range(units)
    ]
    with st.container(horizontal=True, gap="medium"):
        left, right = st.container(key="neurons_hidden"), st.container(key="neurons_outputs")
    with left:
        st.markdown(
            _(
                "**{units} hidden units.** Each picture is the weights of one unit, each weight where its pixel is: "
                "orange is positive, blue negative. Below stands what it says about your digit. Press one.",
                units=units,
            )
        )
        pictures(tiles, key=_TILES, size=_TILE[units], on_pick=_picked)
    with right:
        digit = int(shares.argmax())
        st.markdown(
            _(
                "**Ten outputs** take those {units} numbers as their inputs. The largest sum wins: it reads {digit}, "
                "{share} sure.",
                units=units,
                digit=digit,
                share=percent(float(shares[digit])),
            )
        )
        bars(shares.tolist(), winner=digit, label=_("How sure the small network is of each digit"), key="neurons_bars")
        st.caption(
            _(
                "It was trained here, on {count:,} small digits. Of {tested} digits that it had never seen it reads "
                "{accuracy} rightly; other people's handwriting is harder for it.",
                count=len(dense.training),
                tested=dense.tested,
                accuracy=percent(dense.accuracy),
            )
        )
    return chosen


def one_unit(dense: Dense, unit: int, image: Tensor) -> None:
    """How the chosen unit comes to its number."""
    parts = dense.hidden_unit(unit, image)
    total, bias = float(parts.products.sum()), float(dense.network.dense.bias[unit])
    weights = dense.weight_pictures[unit]
    products = parts.products.reshape(IMAGE_SIZE, IMAGE_SIZE)
    strongest, largest = float(weights.abs().max()), float(products.abs().max())
    with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
        left, right = st.container(key="neurons_products"), st.container(key="neurons_arithmetic")
    with left:
        pictures(
            [
                Picture(image.numpy(), _("Your digit"), _("Your digit, the inputs"), _("inputs")),
                Picture(
                    weights.numpy(),
                    _("\N{MULTIPLICATION SIGN} its weights"),
                    _("Weights of hidden unit {unit}", unit=unit + 1),
                    f"±{written(strongest, 2)}",
                    limit=strongest,
                ),
                Picture(
                    products.numpy(),
                    _("= products"),
                    _("Each pixel times its weight"),
                    f"±{written(largest, 2)}",
                    limit=largest,
                    under=image.numpy(),
                ),
            ],
            key="neurons_unit_pictures",
            size="7.5rem",
        )
    with right:
        st.markdown(
            _(
                "**Hidden unit {unit}** is the neuron from above with {count} inputs. Its products add up to "
                "{total:.2f}, the bias of {bias:.2f} makes that {z:.2f}, and ReLU lets {output:.2f} through.",
                unit=unit + 1,
                count=parts.products.numel(),
                total=total,
                bias=bias,
                z=parts.z,
                output=parts.output,
            )
        )
        if parts.output == 0:
            st.markdown(_("Its sum is not above zero, so it is silent: no output hears anything from it."))
        else:
            part = parts.output * dense.network.output.weight[:, unit].detach()
            most, least = int(part.argmax()), int(part.argmin())
            st.markdown(
                _(
                    "With its weights to the outputs that speaks most for a {most} ({plus:+.2f}) and most against a "
                    "{least} ({minus:+.2f}).",
                    most=most,
                    plus=float(part[most]),
                    least=least,
                    minus=float(part[least]),
                )
            )


def count_parameters(dense: Dense) -> None:
    """Where the network's parameters are."""
    config = dense.network.config
    st.latex(parameters(dense.units, IMAGE_SIZE**2, CLASSES, config.parameters))
    st.markdown(
        _(
            "A weight for each of {pixels} pixels and a bias, for each hidden unit; then a weight for each hidden unit "
            "and a bias, for each of {outputs} outputs. All {total:,} were set by training.",
            pixels=IMAGE_SIZE**2,
            outputs=CLASSES,
            total=config.parameters,
        )
    )


def _picked() -> None:
    """Callback: the pressed unit becomes the chosen one."""
    index = getattr(st.session_state.get(_TILES), "picked", None)
    if isinstance(index, int):
        st.session_state[_UNIT] = index


def _short(activation: Tensor) -> str:
    return f"{torch.round(activation, decimals=2):.2f}" if activation else "0"

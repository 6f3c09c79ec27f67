"""The hidden units of the small network, their activations for the student's digit, and one of them in detail."""

from __future__ import annotations

import streamlit as st
import torch
from torch import Tensor

from model.language import _
from model.network.layers import IMAGE_SIZE
from model.theory.neurons.dense import UNITS, Dense
from ui.components.bars import bars
from ui.components.pictures import Picture, pictures
from ui.learn.controls import pressed_picture
from ui.learn.layout import side_by_side
from ui.learn.neurons.state import NeuronsState
from ui.shared.formatting import percent, short_number
from ui.shared.state import state_of

_PICTURES = "neurons_tiles"
_PICTURE_SIZE = {4: "7rem", 8: "7rem", 16: "3.4rem", 32: "3.4rem"}


def hidden_layer(dense: Dense, image: Tensor) -> int:
    """All hidden units on the left, the ten outputs on the right; returns the chosen unit, from 0."""
    activations = dense.activations(image)
    state = state_of(NeuronsState)
    if state.unit is None or state.unit >= dense.units:
        state.unit = int(activations.argmax())
    left, right = side_by_side("neurons_hidden", "neurons_outputs")
    with left:
        _hidden_units(dense, activations, state.unit)
    with right:
        _outputs(dense, image)
    return state.unit


def _hidden_units(dense: Dense, activations: Tensor, chosen: int) -> None:
    """The weights of every hidden unit as a picture that can be pressed, with its activation."""
    weights = dense.weight_pictures
    limit = float(weights.abs().max())
    st.markdown(
        _(
            "**{units} hidden units.** Each picture shows the weights of one unit, each weight at the place of its "
            "pixel: orange is positive, blue is negative. The number below is the unit's activation for your digit. "
            "Press a unit to choose it.",
            units=dense.units,
        )
    )
    pictures(
        [
            Picture(
                weights[unit].numpy(),
                str(unit + 1),
                _(
                    "Weights of hidden unit {unit}; its activation is {activation}",
                    unit=unit + 1,
                    activation=_short(activations[unit]),
                ),
                _short(activations[unit]),
                unit == chosen,
                limit=limit,
            )
            for unit in range(dense.units)
        ],
        key=_PICTURES,
        size=_PICTURE_SIZE[dense.units],
        on_pick=_press,
    )


def _outputs(dense: Dense, image: Tensor) -> None:
    """The answer of the network, and how good its answers are."""
    shares = dense.logits(image).softmax(0)
    digit = int(shares.argmax())
    st.markdown(
        _(
            "**Ten outputs** use these {units} numbers as their inputs. The largest output is the answer: the network "
            "reads {digit} and is {share} sure.",
            units=dense.units,
            digit=digit,
            share=percent(float(shares[digit])),
        )
    )
    bars(shares.tolist(), winner=digit, label=_("How sure the small network is of each digit"), key="neurons_bars")
    st.caption(
        _(
            "It was trained here, on {count:,} small digits. It reads {accuracy} of {tested} new digits correctly. "
            "Other people's handwriting is harder for it.",
            count=len(dense.training),
            tested=dense.tested,
            accuracy=percent(dense.accuracy, counted=True),
        )
    )


def one_unit(dense: Dense, unit: int, image: Tensor) -> None:
    """How the chosen unit computes its activation."""
    found = dense.hidden_unit(unit, image)
    left, right = side_by_side("neurons_products", "neurons_arithmetic", centred=True)
    with left:
        weights = dense.weight_pictures[unit]
        products = found.products.reshape(IMAGE_SIZE, IMAGE_SIZE)
        strongest, largest = float(weights.abs().max()), float(products.abs().max())
        pictures(
            [
                Picture(image.numpy(), _("Your digit"), _("Your digit, the inputs"), _("inputs")),
                Picture(
                    weights.numpy(),
                    _("\N{MULTIPLICATION SIGN} its weights"),
                    _("Weights of hidden unit {unit}", unit=unit + 1),
                    f"±{short_number(strongest, 2)}",
                    limit=strongest,
                ),
                Picture(
                    products.numpy(),
                    _("= products"),
                    _("Each pixel times its weight"),
                    f"±{short_number(largest, 2)}",
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
                "**Hidden unit {unit}** is a neuron like the one above, but with {count} inputs. Its products add up "
                "to {total:.2f}. With the bias of {bias:.2f} the sum is {z:.2f}. ReLU turns it into {output:.2f}.",
                unit=unit + 1,
                count=found.products.numel(),
                total=float(found.products.sum()),
                bias=float(dense.network.dense.bias[unit]),
                z=found.z,
                output=found.output,
            )
        )
        st.markdown(_effect(dense, unit, found.output))


def _effect(dense: Dense, unit: int, output: float) -> str:
    """What the activation of a hidden unit adds to the outputs."""
    if output == 0:
        return _("Its sum is not above zero, so its activation is 0 and it adds nothing to any output.")
    added = output * dense.network.output.weight[:, unit].detach()
    most, least = int(added.argmax()), int(added.argmin())
    return _(
        "Times its weights to the outputs, this adds most to the {most} ({plus:+.2f}) and least to the {least} "
        "({minus:+.2f}).",
        most=most,
        plus=float(added[most]),
        least=least,
        minus=float(added[least]),
    )


def _press() -> None:
    """Callback: the pressed unit becomes the chosen one."""
    unit = pressed_picture(_PICTURES, max(UNITS))
    if unit is not None:
        state_of(NeuronsState).unit = unit


def _short(activation: Tensor) -> str:
    return f"{torch.round(activation, decimals=2):.2f}" if activation else "0"

"""Dropout: the hidden units of the chosen network, each of which can be switched off."""

from __future__ import annotations

import numpy as np
import streamlit as st
import torch
from numpy.typing import NDArray
from torch import Tensor

from model.language import _, ngettext
from model.network.layers import CLASSES
from model.recognizer import Recognizer
from model.theory.overfitting.dropout import (
    dropout_probabilities,
    hidden_activations,
    masked_probabilities,
    random_masks,
)
from ui.components.bars import bars
from ui.components.unit_grid import pressed_unit, unit_grid
from ui.learn.controls import choose_on_slider, value_of
from ui.learn.layout import side_by_side
from ui.learn.overfitting.state import OverfittingState
from ui.shared.charts import layer, quantity, show
from ui.shared.formatting import percent
from ui.shared.state import state_of

SHARES = tuple(round(number / 20, 2) for number in range(19))
"""Dropout from 0 to 0.9, the bounds of ModelConfig."""

MOST_UNITS = 512
"""Hidden units of the largest network."""

_GRID, _SHARE = "overfitting_units_grid", "overfitting_share"


@st.fragment
def dropout(recognizer: Recognizer, image: Tensor) -> None:
    """The section: the answer without some units, and the answers of many thinned networks.

    image: float32 (28, 28).
    """
    st.markdown(
        _(
            "The output layer adds up the activations of all units of the hidden dense layer, each times a weight. "
            "Press a unit to switch it off. Dropout switches units off at random in each training step, so no unit "
            "can rely on another."
        )
    )
    network = recognizer.network
    units = hidden_activations(network, image)
    count = len(units)
    share = _choose_share(count)
    off = sorted(unit for unit in state_of(OverfittingState).units_off if unit < count)
    keep = torch.ones(1, count, dtype=torch.bool)
    keep[0, off] = False
    before = masked_probabilities(network, units, torch.ones_like(keep))[0]
    now = masked_probabilities(network, units, keep)[0]
    digit = int(before.argmax())
    left, right = side_by_side("overfitting_units_left", "overfitting_units_right", gap="large")
    with left:
        unit_grid(units.tolist(), off, label=_("Hidden units, to be switched on and off"), key=_GRID, on_press=_press)
        st.caption(
            ngettext(
                "{count} unit is off. The others are multiplied by {factor} to make up for it.",
                "{count} units are off. The others are multiplied by {factor} to make up for it.",
                len(off),
                factor="0" if len(off) == count else f"{count / (count - len(off)):.2f}",
            )
        )
    with right:
        st.markdown(
            _(
                "All on: **{before}**, {sure}. Now: **{after}**, {now}.",
                before=digit,
                sure=percent(float(before[digit])),
                after=int(now.argmax()),
                now=percent(float(now.max())),
            )
        )
        bars(now.tolist(), winner=int(now.argmax()), label=_("Shares with these units"), key="overfitting_dropout_bars")
    _thinned_networks(dropout_probabilities(network, units, share).numpy(), digit, share)


def _choose_share(count: int) -> float:
    """The share of units to switch off, and the buttons."""
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        share = choose_on_slider(
            _("Dropout: share that is switched off"),
            SHARES,
            key=_SHARE,
            default=0.5,
            width=300,
            format_func=lambda share: percent(share, 0, counted=True),
        )
        st.button(
            _("Switch off at random"),
            icon=":material/casino:",
            on_click=_switch_off_at_random,
            args=(count,),
            key="overfitting_draw",
        )
        st.button(_("All on"), icon=":material/select_all:", on_click=_switch_on, key="overfitting_all_on")
    return share


def _press() -> None:
    """Callback: switch the pressed unit."""
    unit = pressed_unit(_GRID, MOST_UNITS)
    if unit is not None:
        state_of(OverfittingState).units_off ^= {unit}


def _switch_off_at_random(count: int) -> None:
    """Callback: switch off a random choice of units."""
    state = state_of(OverfittingState)
    state.masks.next_seed()
    mask = random_masks(count, value_of(_SHARE), 1, state.masks.value)[0]
    state.units_off = set((~mask).nonzero().flatten().tolist())


def _switch_on() -> None:
    """Callback: switch all units on."""
    state_of(OverfittingState).units_off = set()


def _thinned_networks(shares: NDArray[np.float32], digit: int, dropped: float) -> None:
    """How sure many thinned networks are of the usual answer. shares: float32 (N, 10). dropped: share of the units."""
    answered = np.bincount(shares.argmax(1), minlength=CLASSES)
    others = [each for each in np.argsort(-answered, kind="stable") if answered[each] and each != digit]
    st.markdown(
        _(
            "Many thinned networks: **{masks}** random masks, each of which switches off {share} of the units. With "
            "**{count}** of them the answer is still {digit}.",
            masks=len(shares),
            share=percent(dropped, 0, counted=True),
            count=int(answered[digit]),
            digit=digit,
        ),
        help=_("The others: {list}", list=", ".join(f"{each} x {answered[each]}" for each in others))
        if others
        else None,
    )
    counts = np.histogram(shares[:, digit], bins=10, range=(0, 1))[0].tolist()
    rows = [{"from": number / 10, "to": (number + 1) / 10, "count": count} for number, count in enumerate(counts)]
    x = quantity(
        "from",
        _("Share of the {digit}", digit=digit),
        bin={"binned": True, "step": 0.1},
        axis={"format": "%", "values": [number / 10 for number in range(11)]},
        scale={"domain": [0, 1]},
    )
    y = quantity("count", _("Thinned networks"), scale={"domain": [0, len(shares)]})
    show(
        [layer({"type": "bar", "binSpacing": 2, "tooltip": True}, rows, x=x, x2={"field": "to"}, y=y)],
        height=190,
        alt=_("How sure {masks} thinned networks are of the {digit}", masks=len(shares), digit=digit),
    )

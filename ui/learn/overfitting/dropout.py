"""Dropout: the hidden units of the chosen network, to be switched off."""

from __future__ import annotations

import numpy as np
import streamlit as st
import torch
from numpy.typing import NDArray
from torch import Tensor

from model.language import _, ngettext
from model.recognizer import Recognizer
from model.theory.overfitting.dropout import answers, hidden_units, random_masks, thinned_answers
from ui.components.bars import bars
from ui.components.unit_grid import pressed_unit, unit_grid
from ui.learn.seeds import seed, throw
from ui.shared.charts import layer, quantity, show
from ui.shared.formatting import percent

SHARES = tuple(round(number / 20, 2) for number in range(19))
"""Dropout from 0 to 0.9, ModelConfig's bounds."""

_GRID, _OFF, _SHARE, _DRAWS = "overfitting_units_grid", "overfitting_off", "overfitting_share", "overfitting_draws"


@st.fragment
def dropout(recognizer: Recognizer, image: Tensor) -> None:
    """The section: the grid of units, the answer without some, and the answers of many thinned networks."""
    st.markdown(
        _(
            "The hidden dense layer of this network is a committee: each unit below has its say, and the output layer "
            "weighs them. Press a unit to switch it off. Dropout does that at random in each training step, so that "
            "no unit can rely on another."
        )
    )
    network = recognizer.network
    units = hidden_units(network, image)
    count = len(units)
    share = _controls(count)
    off = _off(count)
    keep = torch.ones(1, count, dtype=torch.bool)
    keep[0, off] = False
    before = answers(network, units, torch.ones_like(keep))[0]
    now = answers(network, units, keep)[0]
    digit = int(before.argmax())
    with st.container(horizontal=True, gap="large"):
        left, right = st.container(key="overfitting_units_left"), st.container(key="overfitting_units_right")
    with left:
        unit_grid(units.tolist(), off, label=_("Hidden units, to be switched on and off"), key=_GRID, on_press=_pressed)
        st.caption(
            ngettext(
                "{count} unit is off; the others are multiplied by {factor} to make up for it.",
                "{count} units are off; the others are multiplied by {factor} to make up for it.",
                len(off),
                factor=_factor(count, len(off)),
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
    _many(thinned_answers(network, units, share).numpy(), digit, share)


def _controls(count: int) -> float:
    if st.session_state.get(_SHARE) not in SHARES:
        st.session_state[_SHARE] = 0.5
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        share = st.select_slider(
            _("Dropout: share that is switched off"),
            SHARES,
            key=_SHARE,
            persist_state="session",
            width=300,
            format_func=lambda share: percent(share, 0, counted=True),
        )
        st.button(
            _("Switch off at random"), icon=":material/casino:", on_click=_draw, args=(count,), key="overfitting_draw"
        )
        st.button(_("All on"), icon=":material/select_all:", on_click=_all_on, key="overfitting_all_on")
    return float(share)


def _factor(count: int, off: int) -> str:
    return "0" if off == count else f"{count / (count - off):.2f}"


def _off(count: int) -> list[int]:
    """The units that are off, of those that the network has."""
    kept = st.session_state.get(_OFF)
    return sorted({unit for unit in kept if type(unit) is int and 0 <= unit < count}) if isinstance(kept, list) else []


def _pressed() -> None:
    """Callback: the pressed unit is switched."""
    unit = pressed_unit(_GRID, 512)
    if unit is not None:
        st.session_state[_OFF] = sorted(set(_off(512)) ^ {unit})


def _draw(count: int) -> None:
    throw(_DRAWS)
    share = st.session_state.get(_SHARE)
    mask = random_masks(count, share if share in SHARES else 0.5, 1, seed(_DRAWS))[0]
    st.session_state[_OFF] = (~mask).nonzero().flatten().tolist()


def _all_on() -> None:
    st.session_state[_OFF] = []


def _many(shares: NDArray[np.float32], digit: int, share: float) -> None:
    """How sure the thinned networks are of the usual answer."""
    said = np.bincount(shares.argmax(1), minlength=10)
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
    bar = layer({"type": "bar", "binSpacing": 2, "tooltip": True}, rows, x=x, x2={"field": "to"}, y=y)
    others = [each for each in np.argsort(-said, kind="stable") if said[each] and each != digit]
    st.markdown(
        _(
            "Many at once: **{masks}** random masks that each switch off {share} of the units. **{count}** of them "
            "still say {digit}.",
            masks=len(shares),
            share=percent(share, 0, counted=True),
            count=int(said[digit]),
            digit=digit,
        ),
        help=_("The others: {list}", list=", ".join(f"{each} x {said[each]}" for each in others)) if others else None,
    )
    show(
        [bar], height=190, alt=_("How sure {masks} thinned networks are of the {digit}", masks=len(shares), digit=digit)
    )

"""Where does it break: the student's digit, perturbed after the preprocessing, and pictures that are no digits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st
import torch
from numpy.typing import NDArray
from torch import Tensor

from model.language import N_, _
from model.recognizer import Recognizer
from model.theory.world.perturbation import RANGES, Perturbation, first_break, nonsense, perturbed, series
from ui.components.bars import bars
from ui.components.pictures import Picture, pictures
from ui.learn.choice import choose
from ui.learn.seeds import seed, throw
from ui.shared.charts import INK, layer, quantity, show
from ui.shared.formatting import percent, written

NAMES: dict[Perturbation, str] = {
    "right": N_("Move right"),
    "left": N_("Move left"),
    "down": N_("Move down"),
    "up": N_("Move up"),
    "turn": N_("Turn"),
    "noise": N_("Noise"),
    "cover": N_("Cover"),
    "invert": N_("Invert"),
    "shuffle": N_("Shuffle"),
}
UNITS: dict[Perturbation, str] = {
    **dict.fromkeys(("right", "left", "down", "up"), N_("Pixels")),
    "turn": N_("Degrees, anticlockwise"),
    "noise": N_("Strength of the noise"),
    "cover": N_("Side of the cover, in pixels"),
    "invert": N_("Share of the negative"),
    "shuffle": N_("Share of the pixels that change places"),
}
DIRECTIONS: tuple[Perturbation, ...] = ("right", "left", "down", "up")

_KIND, _CURVE, _SEED = "world_kind", "world_curve", "world_seed"


@dataclass(frozen=True)
class Series:
    """What the network says at each strength. shares: float32 (S, 10)."""

    strengths: list[float]
    shares: NDArray[np.float32]

    @property
    def digits(self) -> list[int]:
        """The answers, in the order of the strengths."""
        return self.shares.argmax(1).tolist()  # type: ignore[no-any-return]

    @property
    def first(self) -> int | None:
        """The index where the answer first changes; None where it never does."""
        return first_break(self.digits)


def read_series(recognizer: Recognizer, image: Tensor, kind: Perturbation) -> Series:
    """The network's shares along the whole range of a disturbance."""
    return Series(RANGES[kind].strengths, recognizer.probabilities(series(image, kind).numpy()))


def breaking(recognizer: Recognizer, image: Tensor) -> Perturbation:
    """The section; returns the chosen disturbance."""
    st.markdown(
        _(
            "Disturb your digit and see how far the answer holds. The preprocessing would undo some of this, so it is "
            "done after it: the network gets exactly the right-hand picture."
        )
    )
    kind = choose(_("Disturbance"), tuple(NAMES), key=_KIND, written=lambda each: _(NAMES[each]))
    strengths = RANGES[kind].strengths
    if st.session_state.get(f"world_strength_{kind}") not in strengths:
        st.session_state[f"world_strength_{kind}"] = strengths[0]
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        strength = st.select_slider(
            _(UNITS[kind]),
            strengths,
            width=420,
            key=f"world_strength_{kind}",
            persist_state="session",
            format_func=written,
        )
        whole = st.toggle(_("Show the whole curve"), key=_CURVE, persist_state="session")
    found = read_series(recognizer, image, kind)
    at = strengths.index(strength)
    now, digit = found.shares[at], found.digits[at]
    usual = found.digits[0]
    with st.container(horizontal=True, gap="large"):
        left, right = st.container(key="world_pictures"), st.container(key="world_answer")
    with left:
        pictures(
            [
                Picture(image.numpy(), _("Your digit"), _("The digit, as the network sees it")),
                Picture(
                    perturbed(image, kind, strength).numpy(),
                    _(NAMES[kind]),
                    _("The digit, perturbed"),
                    note=written(strength),
                    marked=digit != usual,
                ),
            ],
            key="world_disturbed",
            size="7rem",
        )
        if digit == usual:
            st.markdown(_("Still **{digit}**, {share} sure.", digit=digit, share=percent(float(now[digit]))))
        else:
            st.markdown(
                _(
                    "**{digit}** now, {share} sure; undisturbed it was {usual}.",
                    digit=digit,
                    share=percent(float(now[digit])),
                    usual=usual,
                )
            )
    with right:
        bars(now.tolist(), winner=digit, label=_("Shares for the perturbed digit"), key="world_bars")
    if whole:
        _whole(found, kind, at)
    return kind


def _whole(found: Series, kind: Perturbation, at: int) -> None:
    usual = found.digits[0]
    rows = [
        {"strength": strength, "share": share, "digit": str(digit), "opacity": 0.6 if digit == usual else 1}
        for strength, share, digit in zip(found.strengths, found.shares[:, usual].tolist(), found.digits, strict=True)
    ]
    x = quantity("strength", _(UNITS[kind]), scale={"nice": False}, axis={"format": "~g"})
    y = quantity("share", _("Share of the {digit}", digit=usual), scale={"domain": [0, 1]}, axis={"format": "%"})
    answers = {"type": "text", "fontSize": 14, "fontWeight": "bold", "dy": -10, "color": INK}
    opacity = {"field": "opacity", "type": "quantitative", "scale": None, "legend": None}
    show(
        [
            layer({"type": "line", "strokeWidth": 2}, rows, x=x, y=y),
            layer({"type": "rule", "strokeDash": [4, 3], "color": INK}, [rows[at]], x=x),
            layer(answers, rows, x=x, y=y, text={"field": "digit"}, opacity=opacity),
        ],
        height=240,
        alt=_("Share of the first answer at every strength"),
    )
    if found.first is None:
        st.caption(_("The numbers above the line are the answers. It never changes within this range."))
    else:
        st.caption(
            _(
                "The numbers above the line are the answers. The first other one comes at {strength}: a {digit}.",
                strength=written(found.strengths[found.first]),
                digit=found.digits[found.first],
            )
        )


@st.fragment
def must_answer(recognizer: Recognizer, image: Tensor) -> None:
    """Pictures that are no digits, and what the network says to them."""
    st.markdown(
        _(
            "None of these is a digit, but a share of 1 must be given away among ten digits: the network has no way to "
            "say that it does not know."
        )
    )
    made = nonsense(image, seed(_SEED))
    shares = recognizer.probabilities(torch.stack(made).numpy())
    digits = shares.argmax(1).tolist()
    names = (
        _("Noise"),
        _("Your pixels, shuffled"),
        _("A checkerboard"),
        _("A square"),
        _("Stripes"),
        _("Dots"),
    )
    pictures(
        [
            Picture(
                picture.numpy(),
                _("{digit}, {share}", digit=digit, share=percent(float(share[digit]))),
                _("{name}, read as {digit}", name=name, digit=digit),
                note=name,
            )
            for picture, share, digit, name in zip(made, shares, digits, names, strict=True)
        ],
        key="world_nonsense",
        size="8.5rem",
    )
    sure = max(range(len(made)), key=lambda number: shares[number, digits[number]])
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.button(_("Others"), icon=":material/casino:", on_click=throw, args=(_SEED,), key="world_others")
        st.markdown(
            _(
                "Surest of all: {name}, a **{digit}** with {share}.",
                name=names[sure],
                digit=digits[sure],
                share=percent(float(shares[sure].max())),
            ),
            width="content",
        )

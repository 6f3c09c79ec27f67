"""The student's digit, perturbed after the preprocessing, to find where the answer of the network changes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from torch import Tensor

from model.language import N_, _
from model.recognizer import Recognizer
from model.theory.world.perturbation import RANGES, Perturbation, first_change, perturbed, perturbed_series
from ui.components.bars import bars
from ui.components.pictures import Picture, pictures
from ui.learn.controls import choose, choose_on_slider
from ui.learn.layout import side_by_side
from ui.shared.charts import INK, layer, quantity, show
from ui.shared.formatting import percent, short_number

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
"""The unit of each strength."""

DIRECTIONS: tuple[Perturbation, ...] = ("right", "left", "down", "up")


@dataclass(frozen=True)
class Series:
    """The answers of the network at each of S strengths. shares: float32 (S, 10)."""

    strengths: list[float]
    shares: NDArray[np.float32]

    @property
    def digits(self) -> list[int]:
        """The S answers."""
        return self.shares.argmax(1).tolist()  # type: ignore[no-any-return]

    @property
    def first_change(self) -> int | None:
        """The index where the answer first changes; None if it never does."""
        return first_change(self.digits)


def read_series(recognizer: Recognizer, image: Tensor, kind: Perturbation) -> Series:
    """The answers of the network along the whole range of a perturbation. image: float32 (28, 28)."""
    return Series(RANGES[kind].strengths, recognizer.probabilities(perturbed_series(image, kind).numpy()))


def perturb_digit(recognizer: Recognizer, image: Tensor) -> Perturbation:
    """The section; returns the chosen perturbation. image: float32 (28, 28)."""
    st.markdown(
        _(
            "Perturb your digit and see when the answer changes. The preprocessing would undo some of these "
            "perturbations, so they come after it: the network gets exactly the picture on the right."
        )
    )
    kind = choose(_("Perturbation"), tuple(NAMES), key="world_kind", format_func=lambda each: _(NAMES[each]))
    found = read_series(recognizer, image, kind)
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        strength = choose_on_slider(
            _(UNITS[kind]),
            found.strengths,
            key=f"world_strength_{kind}",
            default=found.strengths[0],
            width=420,
            format_func=short_number,
        )
        with_curve = st.toggle(_("Show the whole curve"), key="world_curve", persist_state="session")
    index = found.strengths.index(strength)
    usual, digit, shares = found.digits[0], found.digits[index], found.shares[index]
    left, right = side_by_side("world_pictures", "world_answer", gap="large")
    with left:
        pictures(
            [
                Picture(image.numpy(), _("Your digit"), _("The digit, as the network sees it")),
                Picture(
                    perturbed(image, kind, strength).numpy(),
                    _(NAMES[kind]),
                    _("The digit, perturbed"),
                    note=short_number(strength),
                    marked=digit != usual,
                ),
            ],
            key="world_perturbed",
            size="7rem",
        )
        share = percent(float(shares[digit]))
        if digit == usual:
            st.markdown(_("Still **{digit}**, {share} sure.", digit=digit, share=share))
        else:
            text = _("Now **{digit}**, {share} sure; before it was {usual}.", digit=digit, share=share, usual=usual)
            st.markdown(text)
    with right:
        bars(shares.tolist(), winner=digit, label=_("Shares for the perturbed digit"), key="world_bars")
    if with_curve:
        _curve(found, kind, index)
    return kind


def _curve(found: Series, kind: Perturbation, index: int) -> None:
    """The share of the first answer at each strength. index: the strength that is shown."""
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
            layer({"type": "rule", "strokeDash": [4, 3], "color": INK}, [rows[index]], x=x),
            layer(answers, rows, x=x, y=y, text={"field": "digit"}, opacity=opacity),
        ],
        height=240,
        alt=_("Share of the first answer at every strength"),
    )
    if found.first_change is None:
        st.caption(_("The numbers above the line are the answers. The answer never changes in this range."))
    else:
        st.caption(
            _(
                "The numbers above the line are the answers. The answer first changes at {strength}, to {digit}.",
                strength=short_number(found.strengths[found.first_change]),
                digit=found.digits[found.first_change],
            )
        )

"""The confusion matrix of a network, and its worst mistakes: the wrong answers with the highest probability."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st
from torch import Tensor

from model.data.datasets import to_float
from model.language import _
from model.network.layers import CLASSES
from model.training.evaluation import Mistake
from ui.components.pictures import Picture, pictures
from ui.shared.charts import Spec, calculated, category, layer, quantity, show, where
from ui.shared.formatting import a_digit, percent

_STRONGEST = 0.75
"""The place of the commonest mistake on the theme's colour scale, where 1 is its end."""

_SHADE = f"scale('color', datum.strength * {_STRONGEST})"
_READABLE = "luminance({0}) > 0.18 ? 'black' : 'white'"
"""Vega: a text colour with good contrast on this colour, in every theme."""


def confusion_table(matrix: Sequence[Sequence[int]]) -> pd.DataFrame:
    """One row per field: digit, answer, pictures, share of that digit's pictures in percent, and strength.

    matrix: 10x10 counts, a row per true digit. strength: for a wrong answer, the square root of its share, divided by
    that of the commonest mistake; so it is 0 to 1, and rare mistakes are visible. For a right answer it is 0, because
    beside a share of 98% all mistakes would look the same.
    """
    shares = [[count / max(1, sum(counts)) for count in counts] for counts in matrix]
    wrong = [[0.0 if digit == answer else row[answer] for answer in range(CLASSES)] for digit, row in enumerate(shares)]
    most = max(map(max, wrong)) or 1.0
    rows = [
        (digit, answer, matrix[digit][answer], 100 * shares[digit][answer], (wrong[digit][answer] / most) ** 0.5)
        for digit in range(CLASSES)
        for answer in range(CLASSES)
    ]
    return pd.DataFrame(rows, columns=["digit", "answer", "pictures", "share", "strength"])


def confusion_map(matrix: Sequence[Sequence[int]]) -> list[Spec]:
    """The matrix as a map with its counts: mistakes in colour, right answers in bold, fields without pictures empty.

    matrix: 10x10 counts, a row per true digit. The layers use the data of `confusion_table`.
    The colour is the upper half of the theme's diverging scale.
    """
    gap = {"paddingInner": 0.06, "paddingOuter": 0}
    axis = {"domain": False, "labelAngle": 0, "labelFlush": False}
    place: Spec = {
        "x": category("answer", _("Read as"), type="ordinal", scale=gap, axis={"orient": "top", **axis}),
        "y": category("digit", _("Digit"), type="ordinal", scale=gap, axis=axis),
        "tooltip": [
            category("digit", _("Digit")),
            category("answer", _("Read as")),
            quantity("pictures", _("Pictures"), format=","),
            quantity("share", _("Share of this digit, %"), format=".2f"),
        ],
    }
    colour = quantity("shade", legend=None, scale={"range": "diverging", "domain": [-1, 1], "domainMid": 0})
    number = quantity("pictures", format="d")
    right: Spec = {"fontSize": 13, "fontWeight": "bold", "fill": {"expr": _READABLE.format("background")}}
    wrong: Spec = {"fontSize": 13, "fill": {"expr": _READABLE.format(_SHADE)}}
    some = where("datum.pictures > 0")
    return [
        layer(
            {"type": "rect", "cornerRadius": 3},
            None,
            [calculated("shade", f"datum.strength * {_STRONGEST}")],
            **place,
            color=colour,
            opacity={"condition": {"test": "datum.strength > 0", "value": 1}, "value": 0.25},
        ),
        layer({"type": "text", **right}, None, [some, where("datum.digit == datum.answer")], **place, text=number),
        layer({"type": "text", **wrong}, None, [some, where("datum.digit != datum.answer")], **place, text=number),
    ]


def confusion_chart(matrix: Sequence[Sequence[int]]) -> None:
    """Show the map and explain it. matrix: 10x10 counts, a row per true digit."""
    show(
        confusion_map(matrix),
        confusion_table(matrix),
        height=36 * CLASSES + 50,
        key="confusion",
        alt=_("How many test pictures of each digit were read as each digit"),
    )
    st.caption(
        _(
            "Each row is a digit and each column an answer; the numbers count test pictures. Right answers are bold. "
            "The stronger the colour, the larger the share of that digit with this wrong answer."
        )
    )


def show_mistakes(mistakes: Sequence[Mistake], images: Tensor) -> None:
    """Each mistake as a picture with its answer and its true digit. images: the test pictures, uint8 (N, 1, 28, 28)."""
    if not mistakes:
        st.markdown(_("No test picture was read wrongly."))
        return
    shown = [mistake for mistake in mistakes if 0 <= mistake.number < len(images)]
    if not shown:
        st.markdown(_("The pictures that it read wrongly are not here: they belong to another data set."))
        return
    pictures(
        [
            Picture(
                to_float(images[mistake.number, 0]).cpu().numpy(),
                _("Read as {digit} ({share})", digit=mistake.digit, share=percent(mistake.share, 0)),
                _(
                    "Test picture {number:,}: {a_digit} that was read as {another}",
                    number=mistake.number,
                    a_digit=a_digit(mistake.label),
                    another=a_digit(mistake.digit),
                ),
                _("Is {a_digit} ({share})", a_digit=a_digit(mistake.label), share=percent(mistake.truth_share)),
            )
            for mistake in shown
        ],
        key="worst_mistakes",
        size="8rem",
    )
    st.caption(_("The wrong answers with the highest probabilities. People would make some of these mistakes too."))

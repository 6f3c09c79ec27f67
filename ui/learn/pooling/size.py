"""How many numbers are left after pooling, and how many parameters that saves."""

from __future__ import annotations

import streamlit as st

from model.language import _, ngettext
from model.network.config import ModelConfig
from model.theory.pooling import uncovered_count
from ui.learn.formulas import tex
from ui.learn.pooling.settings import Pooling, size_formula
from ui.learn.pooling.source import Source
from ui.shared.formatting import percent


def numbers_left(source: Source, pooling: Pooling, config: ModelConfig) -> None:
    """The formula of the size with its numbers, how many numbers are left, and the parameters of the network."""
    count, side, _width = source.maps.shape
    after = pooling.side(side)
    numbers_before, numbers_after = count * side**2, count * after**2
    st.latex(size_formula(side, pooling.window, pooling.stride))
    st.latex(
        rf"{count} \cdot {side} \cdot {side} = {tex(numbers_before)} \;\longrightarrow\; "
        rf"{count} \cdot {after} \cdot {after} = {tex(numbers_after)}"
    )
    st.markdown(
        _(
            "$n$ is the side of the map, $w$ the side of the window, and $s$ the stride. {share} of the numbers are "
            "left. Pooling has no parameters, so there is nothing to learn in it.",
            share=percent(numbers_after / numbers_before, counted=True),
        )
    )
    if lost := uncovered_count(side, pooling.window, pooling.stride):
        st.markdown(
            ngettext(
                "The last row and the last column of each map are in no window, so they are ignored.",
                "The last {count} rows and columns of each map are in no window, so they are ignored.",
                lost,
            )
        )
    without = _parameters_without_pooling(config)
    if without:
        st.markdown(
            _(
                "Pooling makes the layers after it smaller: the chosen network has {parameters:,} parameters, and "
                "without its pooling it would have {without:,}.",
                parameters=config.parameters,
                without=without,
            )
        )


def _parameters_without_pooling(config: ModelConfig) -> int | None:
    """The parameters that the network would have; None if it does not pool, or would be too large to be built."""
    if not config.filters or config.pooling == "none":
        return None
    try:
        return ModelConfig(**{**config.model_dump(), "pooling": "none"}).parameters
    except ValueError:
        return None

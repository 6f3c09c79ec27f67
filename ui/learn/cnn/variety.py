"""How much the pictures of each digit differ: their mean and their standard deviation."""

from __future__ import annotations

import streamlit as st

from model.data.datasets import DataSet
from model.language import _
from model.network.layers import CLASSES
from model.theory.cnn.dataset import Variety, variety
from ui.components.pictures import Picture, pictures
from ui.shared.data_set import data_set


def show_variety() -> None:
    """The mean picture of each digit, and the standard deviation of each pixel."""
    data = data_set()
    found = _variety(data.name, data)
    st.markdown(_("The mean of all training pictures of a digit. The number below is how many there are."))
    pictures(
        [
            Picture(
                found.mean[digit].numpy(),
                str(digit),
                _("The mean of the training pictures of digit {digit}", digit=digit),
                f"{int(found.counts[digit]):,}",
            )
            for digit in range(CLASSES)
        ],
        key="cnn_means",
        size="5rem",
    )
    st.markdown(
        _("Where they differ: the brighter a pixel, the larger its standard deviation among the pictures of the digit.")
    )
    brightest = max(float(found.spread.max()), 1e-9)
    pictures(
        [
            Picture(
                (found.spread[digit] / brightest).numpy(),
                str(digit),
                _("The standard deviation of each pixel among the training pictures of digit {digit}", digit=digit),
                f"{float(found.spread[digit].mean()):.3f}",
            )
            for digit in range(CLASSES)
        ],
        key="cnn_spreads",
        size="5rem",
    )
    present = [digit for digit in range(CLASSES) if found.counts[digit]]
    means = found.spread.mean((1, 2))
    least, most = (choose(present, key=lambda digit: float(means[digit])) for choose in (min, max))
    st.caption(
        _(
            "The number below each is the mean of its standard deviations. It is smallest for the {steady}, which "
            "people write in the most similar ways, and largest for the {varied}.",
            steady=least,
            varied=most,
        )
    )


@st.cache_resource(max_entries=2, show_spinner=False)
def _variety(name: str, _data: DataSet) -> Variety:
    return variety(_data.train)

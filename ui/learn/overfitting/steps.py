"""Epochs, batches and steps: how many steps a training takes."""

from __future__ import annotations

import streamlit as st

from model.data.batches import steps_per_epoch
from model.language import N_, _
from model.network.train_config import TrainConfig
from ui.learn.controls import whole_number
from ui.learn.formulas import tex
from ui.train.settings.fields import bounds

FIELDS = {
    "train_images": N_("Training pictures"),
    "batch_size": N_("Pictures in a batch"),
    "epochs": N_("Epochs"),
}


@st.fragment
def training_steps() -> None:
    """The fields, and the number of steps."""
    st.markdown(
        _(
            "An epoch shows all training pictures once, in batches. Each batch gives one gradient, and each gradient "
            "gives one step of the optimizer."
        )
    )
    with st.container(horizontal=True, gap="medium"):
        pictures, batch, epochs = (_field(name) for name in FIELDS)
    steps = steps_per_epoch(pictures, batch)
    single = steps * batch < pictures  # one picture is left over, and it joins the batch before it
    left, right = (r"\left\lfloor", r"\right\rfloor") if single else (r"\left\lceil", r"\right\rceil")
    st.latex(
        rf"{left} \frac{{{tex(pictures)}}}{{{tex(batch)}}} {right} \times {tex(epochs)} = "
        rf"{tex(steps)} \times {tex(epochs)} = \mathbf{{{tex(steps * epochs)}}}"
    )
    text = _("Steps in an epoch: {each:,}. Steps in the whole training: **{all:,}**.", each=steps, all=steps * epochs)
    if single:
        text += " " + _("One picture is left over; it joins the last batch.")
    st.markdown(text)


def _field(name: str) -> int:
    field = TrainConfig.model_fields[name]
    low, high = bounds(field)
    return whole_number(
        _(FIELDS[name]),
        int(high),
        low=int(low),
        key=f"overfitting_{name}",
        default=int(field.default),
        width=180,
        help=_("From {low:,} to {high:,}", low=low, high=high),
    )

"""The loss for the student's digit, with all numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import streamlit as st
import torch
from torch import Tensor

from model.language import _
from model.network.layers import CLASSES
from model.network.train_config import TrainConfig
from model.recognizer import Recognizer
from model.theory.overfitting.loss import Loss, losses
from ui.components.bars import bars
from ui.learn.controls import choose, slide_number
from ui.learn.formulas import tex
from ui.learn.layout import side_by_side
from ui.shared.charts import MARK, Spec, layer, quantity, show
from ui.shared.formatting import percent
from ui.train.settings.fields import bounds

TOP = 7.0
"""The largest loss in the chart, in nats: that of a share of less than a thousandth."""


@dataclass(frozen=True)
class LabelledDigit:
    """logits: float32 (10,) for the student's digit. label: which digit it is, as the student says."""

    logits: Tensor
    label: int

    @property
    def shares(self) -> list[float]:
        """The ten shares, which sum to 1."""
        return self.logits.double().softmax(0).tolist()


def loss_of_digit(recognizer: Recognizer, image: Tensor) -> LabelledDigit:
    """The section: the label, the loss, and the effect of label smoothing. image: float32 (28, 28)."""
    with torch.inference_mode():
        logits = recognizer.network(image[None, None])[0]
    st.markdown(
        _(
            "The loss is large if the network gives a small share to the right digit: it is minus the logarithm of "
            "that share. Training makes the mean of the losses small, and nothing else."
        )
    )
    left, right = side_by_side("overfitting_loss_left", "overfitting_loss_right", gap="large")
    with left:
        label = choose(_("The right digit is"), range(CLASSES), key="overfitting_label", default=int(logits.argmax()))
        smoothing = _choose_smoothing()
        labelled = LabelledDigit(logits, label)
        bars(labelled.shares, winner=label, label=_("Shares of the ten digits"), key="overfitting_shares")
    loss = losses(logits, label, smoothing)
    with right:
        _formulas(label, loss, smoothing)
        show(
            _curve(loss),
            height=250,
            alt=_(
                "The loss falls as the share of the right digit rises; now {share}, loss {loss}",
                share=percent(loss.probability),
                loss=f"{loss.loss:.3f}",
            ),
        )
    return labelled


def _choose_smoothing() -> float:
    field = TrainConfig.model_fields["label_smoothing"]
    low, high = bounds(field)
    return slide_number(
        _("Label smoothing"),
        low,
        high,
        key="overfitting_smoothing",
        default=field.default,
        step=0.01,
        help=_("Share of the target that is divided equally among all ten digits. With it, no share has to become 1"),
    )


def _formulas(label: int, loss: Loss, smoothing: float) -> None:
    st.latex(rf"L = -\ln p_{{{label}}} = -\ln {_precise(loss.probability)} = \mathbf{{{tex(loss.loss)}}}")
    others = rf"{tex(loss.rest)} \sum_{{k \neq {label}}} \ln p_k"
    st.latex(
        rf"L_{{{tex(smoothing)}}} = -{tex(loss.target)} \ln p_{{{label}}} - {others} = "
        rf"\mathbf{{{tex(loss.smoothed)}}}"
    )


def _precise(share: float) -> str:
    """LaTeX of a share, with so many digits that it differs from 1."""
    if 0.99 < share < 1:
        return f"{share:.{min(15, 1 - math.floor(math.log10(1 - share)))}f}"
    return tex(share)


def _curve(loss: Loss) -> list[Spec]:
    """The loss as a function of the share, with a mark for the present share."""
    shares = np.concatenate([np.geomspace(np.exp(-TOP), 0.1, 60), np.linspace(0.1, 1, 30)]).tolist()
    place = {
        "x": quantity("share", _("Share of the right digit"), axis={"format": "%"}, scale={"domain": [0, 1]}),
        "y": quantity("loss", _("Loss"), scale={"domain": [0, TOP]}),
    }
    line = [{"share": share, "loss": -math.log(share)} for share in shares]
    here = [{"share": loss.probability, "loss": min(loss.loss, TOP), "text": f"{loss.loss:.3f}"}]
    beside = {"align": "right", "dx": -12} if loss.probability > 0.8 else {"align": "left", "dx": 12}
    text = {"type": "text", **beside, "dy": -8, "fontWeight": "bold", "fontSize": 14, "color": MARK}
    return [
        layer({"type": "line"}, line, **place),
        layer({"type": "point", "filled": True, "size": 120, "color": MARK, "opacity": 1}, here, **place),
        layer(text, here, **place, text={"field": "text"}),
    ]

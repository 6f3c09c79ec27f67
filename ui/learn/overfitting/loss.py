"""The loss of the student's digit, with every number filled in."""

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
from ui.learn.choice import choose
from ui.learn.formulas import tex
from ui.shared.charts import MARK, Spec, layer, quantity, show
from ui.shared.formatting import percent
from ui.train.settings.fields import bounds

TOP = 7.0
"""Nats to which the curve is drawn: a share of less than a thousandth."""

_LABEL, _SMOOTHING = "overfitting_label", "overfitting_smoothing"


@dataclass(frozen=True)
class Judged:
    """logits: float32 (10,) for the student's digit. label: what the student says it is."""

    logits: Tensor
    label: int

    @property
    def shares(self) -> list[float]:
        """The ten shares, which sum to 1."""
        return self.logits.double().softmax(0).tolist()


def loss_of_digit(recognizer: Recognizer, image: Tensor) -> Judged:
    """The section: which digit it is, the loss, and what label smoothing makes of it."""
    with torch.inference_mode():
        logits = recognizer.network(image[None, None])[0]
    st.markdown(
        _(
            "The loss says how surprised the network is by the truth: minus the logarithm of the share that it gave "
            "to the right digit. Training does nothing but make the mean of it small."
        )
    )
    with st.container(horizontal=True, gap="large"):
        left, right = st.container(key="overfitting_loss_left"), st.container(key="overfitting_loss_right")
    with left:
        label = choose(_("You say that it is a"), range(CLASSES), key=_LABEL, default=int(logits.argmax()), written=str)
        smoothing = _choose_smoothing()
    judged = Judged(logits, label)
    loss = losses(logits, label, smoothing)
    with left:
        bars(judged.shares, winner=label, label=_("Shares of the ten digits"), key="overfitting_shares")
    with right:
        _formulas(label, loss, smoothing)
        show(
            _curve(loss),
            height=250,
            alt=_(
                "The loss falls as the share of the right digit rises; now {share}, loss {loss}",
                share=percent(loss.share),
                loss=f"{loss.loss:.3f}",
            ),
        )
    return judged


def _choose_smoothing() -> float:
    field = TrainConfig.model_fields["label_smoothing"]
    low, high = bounds(field)
    kept = st.session_state.get(_SMOOTHING)
    if not isinstance(kept, int | float) or not low <= kept <= high:
        st.session_state[_SMOOTHING] = float(field.default)
    return float(
        st.slider(
            _("Label smoothing"),
            low,
            high,
            step=0.01,
            key=_SMOOTHING,
            persist_state="session",
            help=_("Share of the target that goes to all ten digits alike, so that no share has to become 1"),
        )
    )


def _formulas(label: int, loss: Loss, smoothing: float) -> None:
    st.latex(rf"L = -\ln p_{{{label}}} = -\ln {_share(loss.share)} = \mathbf{{{tex(loss.loss)}}}")
    others = rf"{tex(loss.rest)} \sum_{{k \neq {label}}} \ln p_k"
    st.latex(
        rf"L_{{{tex(smoothing)}}} = -{tex(loss.target)} \ln p_{{{label}}} - {others} = "
        rf"\mathbf{{{tex(loss.smoothed)}}}"
    )


def _share(share: float) -> str:
    """LaTeX of a share, with enough digits to tell it from 1."""
    if 0.99 < share < 1:
        return f"{share:.{min(15, 1 - math.floor(math.log10(1 - share)))}f}"
    return tex(share)


def _curve(loss: Loss) -> list[Spec]:
    shares = np.concatenate([np.geomspace(np.exp(-TOP), 0.1, 60), np.linspace(0.1, 1, 30)]).tolist()
    place = {
        "x": quantity("share", _("Share of the right digit"), axis={"format": "%"}, scale={"domain": [0, 1]}),
        "y": quantity("loss", _("Loss"), scale={"domain": [0, TOP]}),
    }
    line = [{"share": share, "loss": -math.log(share)} for share in shares]
    here = [{"share": loss.share, "loss": min(loss.loss, TOP), "text": f"{loss.loss:.3f}"}]
    beside = {"align": "right", "dx": -12} if loss.share > 0.8 else {"align": "left", "dx": 12}
    written = {"type": "text", **beside, "dy": -8, "fontWeight": "bold", "fontSize": 14, "color": MARK}
    return [
        layer({"type": "line"}, line, **place),
        layer({"type": "point", "filled": True, "size": 120, "color": MARK, "opacity": 1}, here, **place),
        layer(written, here, **place, text={"field": "text"}),
    ]

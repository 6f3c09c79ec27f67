"""Gradient noise: how well the gradient of a batch agrees with the gradient of all pictures."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from model.data.datasets import DataError
from model.language import _
from model.recognizer import Recognizer
from model.theory.overfitting.gradient_noise import BATCHES, GradientNoise, gradient_noise
from ui.shared.charts import DASHES, Spec, category, layer, names, quantity, show
from ui.shared.data_set import data_set
from ui.shared.shared_work import SharedWork


def show_gradient_noise(recognizer: Recognizer, place: DeltaGenerator) -> None:
    """The chart in its place; a progress bar while the noise is measured for the first time."""
    with place:
        try:
            noise = _noise_of(recognizer).finish(_("Computing the gradients of many batches …"))
        except (DataError, ValueError) as error:
            st.error(str(error))
            return
        sizes = [each.size for each in noise.trained]
        show(
            _chart(noise),
            height=290,
            alt=_(
                "How well batches of {first} to {last} pictures agree with the gradient of all, before and after "
                "training",
                first=sizes[0],
                last=sizes[-1],
            ),
        )
        st.caption(_caption(noise))


def _noise_of(recognizer: Recognizer) -> SharedWork[GradientNoise]:
    """The measurement for a network, made once for all sessions. Raises DataError."""
    smoothing = recognizer.checkpoint.train.label_smoothing
    return _noise(recognizer.fingerprint, data_set().name, smoothing, recognizer)


@st.cache_resource(max_entries=32, show_spinner=False)
def _noise(_fingerprint: str, _name: str, smoothing: float, _recognizer: Recognizer) -> SharedWork[GradientNoise]:
    return SharedWork(lambda: gradient_noise(_recognizer.network, data_set().train, smoothing))


def _chart(noise: GradientNoise) -> list[Spec]:
    """Lines of the means, with the two quartiles as a band, over the sizes of the batches."""
    both = [_("before training"), _("as it is now")]
    rows = [
        {"network": name, "size": str(each.size), "mean": each.mean, "low": each.low, "high": each.high}
        for name, agreements in zip(both, (noise.untrained, noise.trained), strict=True)
        for each in agreements
    ]
    least = min(0.0, *(each.low for each in (*noise.untrained, *noise.trained)))
    sizes = [str(each.size) for each in noise.untrained]
    x = category("size", _("Pictures in a batch"), type="ordinal", sort=sizes, axis={"labelAngle": 0})
    y = quantity("mean", _("Cosine with the gradient of all"), scale={"domain": [least, 1]})
    dots = {"orient": "top", "symbolOpacity": 1, "symbolSize": 90, "symbolStrokeWidth": 0}
    color, shape = names("network", both, legend=dots), names("network", both, legend=dots)
    dashes = names("network", both, range=DASHES, legend=None)
    band = {"y": quantity("low", y["title"]), "y2": {"field": "high"}}
    point = {"type": "point", "filled": True, "size": 60, "opacity": 1, "tooltip": True}
    return [
        layer({"type": "area", "opacity": 0.18}, rows, x=x, color=color, **band),
        layer({"type": "line", "strokeWidth": 2.5}, rows, x=x, y=y, color=color, strokeDash=dashes),
        layer(point, rows, x=x, y=y, color=color, shape=shape),
    ]


def _caption(noise: GradientNoise) -> str:
    first, last = noise.trained[0], noise.trained[-1]
    return _(
        "Measured at the last layer of this network, with {pictures:,} training pictures and {batches} random batches "
        "of each size. The bands contain the middle half. A cosine of 1 is the direction of the gradient of all "
        "pictures, 0 is at a right angle to it. Now batches of {small} reach {low:.2f} on average, and batches of "
        "{large} reach {high:.2f}.",
        pictures=noise.pictures,
        batches=BATCHES,
        small=first.size,
        low=first.mean,
        large=last.size,
        high=last.mean,
    )

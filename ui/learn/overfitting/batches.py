"""Epochs, batches and steps; and how much a batch knows of the whole."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from model.data.batches import steps_per_epoch
from model.data.datasets import DataError
from model.language import N_, _
from model.network.train_config import TrainConfig
from model.recognizer import Recognizer
from model.theory.overfitting.gradient_noise import BATCHES, Noise, gradient_noise
from ui.shared.charts import DASHES, layer, names, quantity, show
from ui.shared.data_set import data_set
from ui.shared.shared_work import SharedWork
from ui.train.settings.fields import bounds

FIELDS = {
    "train_images": N_("Training pictures"),
    "batch_size": N_("Pictures in a batch"),
    "epochs": N_("Epochs"),
}


@st.fragment
def steps() -> None:
    """The fields, and the number of steps that comes of them."""
    st.markdown(
        _(
            "An epoch shows all training pictures once, in batches. Each batch gives one gradient, and each gradient "
            "one step of the optimizer."
        )
    )
    with st.container(horizontal=True, gap="medium"):
        pictures, batch, epochs = (_field(name) for name in FIELDS)
    each = steps_per_epoch(pictures, batch)
    st.latex(
        rf"\left\lceil \frac{{{pictures}}}{{{batch}}} \right\rceil \times {epochs} = {each} \times {epochs} = "
        rf"\mathbf{{{each * epochs}}}"
    )
    st.markdown(
        _(
            "Steps in an epoch: {each}. Steps in the whole training: **{all}**.",
            each=f"{each:,}",
            all=f"{each * epochs:,}",
        )
    )


def _field(name: str) -> int:
    field = TrainConfig.model_fields[name]
    low, high = bounds(field)
    key = f"overfitting_{name}"
    kept = st.session_state.get(key)
    if type(kept) is not int or not low <= kept <= high:
        st.session_state[key] = field.default
    value = st.number_input(
        _(FIELDS[name]),
        low,
        high,
        step=1,
        key=key,
        persist_state="session",
        width=180,
        placeholder=f"{field.default:,}",
        help=_("From {low} to {high}", low=f"{low:,}", high=f"{high:,}"),
    )
    return int(field.default if value is None else value)


def noise_of(recognizer: Recognizer) -> SharedWork[Noise]:
    """The measurement for a network, done once for all sessions. Raises DataError."""
    smoothing = recognizer.checkpoint.train.label_smoothing
    return _noise(recognizer.fingerprint, data_set().name, smoothing, recognizer)


@st.cache_resource(max_entries=32, show_spinner=False)
def _noise(_fingerprint: str, _name: str, smoothing: float, _recognizer: Recognizer) -> SharedWork[Noise]:
    return SharedWork(lambda: gradient_noise(_recognizer.network, data_set().train, smoothing))


def show_noise(recognizer: Recognizer, place: DeltaGenerator) -> None:
    """The chart, in its place; at first there is a progress bar."""
    with place:
        try:
            noise = noise_of(recognizer).finish(_("Taking the gradients of {count} batches …", count=BATCHES * 14))
        except (DataError, ValueError) as error:
            st.error(str(error))
            return
        _show(noise)


def _show(noise: Noise) -> None:
    both = [_("before training"), _("as it is now")]
    rows = [
        {"network": name, "size": str(each.size), "mean": each.mean, "low": each.low, "high": each.high}
        for name, agreements in zip(both, (noise.fresh, noise.trained), strict=True)
        for each in agreements
    ]
    sizes = [str(each.size) for each in noise.fresh]
    least = min(0.0, *(each.low for each in (*noise.fresh, *noise.trained)))
    x = {
        "field": "size",
        "type": "ordinal",
        "sort": sizes,
        "title": _("Pictures in a batch"),
        "axis": {"labelAngle": 0},
    }
    y = quantity("mean", _("Cosine with the whole gradient"), scale={"domain": [least, 1]})
    dots = {"orient": "top", "symbolOpacity": 1, "symbolSize": 90}
    color, shape = names("network", both, legend=dots), names("network", both, legend=dots)
    dashes = names("network", both, range=DASHES, legend=None)
    band = {"y": quantity("low", y["title"]), "y2": {"field": "high"}}
    point = {"type": "point", "filled": True, "size": 60, "opacity": 1, "tooltip": True}
    show(
        [
            layer({"type": "area", "opacity": 0.18}, rows, x=x, color=color, **band),
            layer({"type": "line", "strokeWidth": 2.5}, rows, x=x, y=y, color=color, strokeDash=dashes),
            layer(point, rows, x=x, y=y, color=color, shape=shape),
        ],
        height=290,
        alt=_("How well batches of 8 to 512 pictures agree with the gradient of all, before and after training"),
    )
    first, last = noise.trained[0], noise.trained[-1]
    st.caption(
        _(
            "The last layer of this network, {pictures} training pictures, {batches} random batches of each size; the "
            "bands hold the middle half. 1 is the direction of the whole gradient, 0 has nothing to do with it. As it "
            "is now, batches of {small} reach {low} on average, batches of {large} reach {high}.",
            pictures=f"{noise.pictures:,}",
            batches=BATCHES,
            small=first.size,
            low=f"{first.mean:.2f}",
            large=last.size,
            high=f"{last.mean:.2f}",
        )
    )

"""Where a drawing sits among the training digits, by the network's last hidden layer."""

from __future__ import annotations

import altair as alt
import pandas as pd
import streamlit as st
import torch

from model.config import CLASSES
from model.data import DataError, DataSet, to_float
from model.embedding import (
    MAPPED,
    Embedding,
    Plane,
    embed,
    hidden,
    nearest,
    neighbour_map,
    place_among,
    principal_components,
)
from model.network import DigitCNN
from model.preprocess import Float
from model.recognizer import Reading, Recognizer
from ui.components.pictures import Picture, pictures
from ui.sources import data_set
from ui.text import a_digit, percent

PCA, TSNE = "PCA", "t-SNE"
NEIGHBOURS = 5

_ENTRIES = 8
"""Networks whose map is kept: a map and its features take 3 MB for the shipped network, 20 MB for the widest."""


def neighbourhood(recognizer: Recognizer, reading: Reading, answer: int) -> None:
    """The map with the drawing in it, and its nearest training digits."""
    try:
        data = data_set()
    except DataError as error:
        st.error(str(error))
        return
    if data.notice:
        st.info(data.notice)
    sample = _embedding(recognizer.fingerprint, data.name, recognizer.network, data)
    features = hidden(recognizer.network, torch.from_numpy(reading.image)[None, None])[0]
    near = nearest(sample.features, features, NEIGHBOURS)
    labels = sample.labels[near.rows]
    agree = int((labels == answer).sum())

    st.subheader(f"Its {NEIGHBOURS} nearest training digits", anchor=False)
    pictures(
        [
            Picture(
                to_float(data.train.images[int(sample.numbers[row]), 0]).numpy(),
                a_digit(label).capitalize(), f"Training picture {sample.numbers[row]:,}, {a_digit(label)}",
                f"distance {distance:.1f}",
            )
            for row, label, distance in zip(near.rows, labels, near.distances, strict=True)
        ],
        key="neighbours", size="5.5rem",
    )  # fmt: skip
    told = "all" if agree == len(labels) else "none" if agree == 0 else f"{agree}"
    st.caption(
        f"Of {len(sample.labels):,} training pictures these come nearest to your drawing in the "
        f"{sample.features.shape[1]} numbers of the last hidden layer; {told} of them "
        f"{'is' if agree == 1 else 'are'} labelled {answer}, which is the network's answer."
    )

    st.subheader("The map", anchor=False)
    kind = st.segmented_control(
        "Kind of map", [PCA, TSNE], default=PCA, required=True, key="map_kind", persist_state="session",
        label_visibility="collapsed",
    )  # fmt: skip
    if kind == TSNE:
        points = _t_sne(recognizer.fingerprint, data.name, sample)
        here = place_among(points, nearest(sample.features[: sample.mapped], features, NEIGHBOURS))
        titles = None
    else:
        plane = _plane(recognizer.fingerprint, data.name, sample)
        points, here = plane.points, plane.place(features)
        titles = tuple(
            f"{name} component ({percent(share, 0)})"
            for name, share in zip(("First", "Second"), plane.explained, strict=True)
        )
    _draw_map(points, sample, here, answer, titles)
    if kind == TSNE:
        st.caption(
            "t-SNE draws neighbours together; distances between groups, and their sizes, mean little. It cannot take "
            "in a new point, so your drawing stands at the mean of its five nearest points, the nearer counting more."
        )
    else:
        st.caption(
            f"PCA is a plain shadow of the {sample.features.shape[1]} numbers: the two directions in which the "
            f"training digits differ most, with {percent(sum(plane.explained), 0)} of all their variance. Groups that "
            "overlap here may be far apart in the other directions."
        )


@st.cache_resource(max_entries=_ENTRIES, show_spinner="The network reads training pictures, once …")
def _embedding(fingerprint: str, name: str, _network: DigitCNN, _data: DataSet) -> Embedding:
    return embed(_network, _data.train)


@st.cache_resource(max_entries=_ENTRIES, show_spinner="Finding the two main directions …")
def _plane(fingerprint: str, name: str, _sample: Embedding) -> Plane:
    return principal_components(_sample)


@st.cache_resource(max_entries=_ENTRIES, show_spinner=f"t-SNE arranges {MAPPED:,} digits, once: some 10 seconds …")
def _t_sne(fingerprint: str, name: str, _sample: Embedding) -> Float:
    return neighbour_map(_sample)


def _draw_map(
    points: Float, sample: Embedding, here: tuple[float, float], digit: int, titles: tuple[str, ...] | None
) -> None:
    """Every training digit as its own numeral, so that no colour has to be told from another; the drawing in a ring."""
    frame = pd.DataFrame(
        {
            "x": points[:, 0], "y": points[:, 1], "label": sample.labels[: sample.mapped].astype(str),
            "number": sample.numbers[: sample.mapped],
        }
    )  # fmt: skip
    first, second = titles or ("", "")
    scale = alt.Scale(zero=False, nice=False, padding=14)

    def axis(title: str) -> alt.Axis | None:
        return alt.Axis(title=title, labels=False, ticks=False, grid=False) if titles else None

    digits = alt.Chart(frame).mark_text(fontSize=10, opacity=0.75).encode(
        x=alt.X("x:Q", axis=axis(first), scale=scale),
        y=alt.Y("y:Q", axis=axis(second), scale=scale),
        text="label:N",
        color=alt.Color(
            "label:N", legend=None, scale=alt.Scale(domain=[str(d) for d in range(CLASSES)], scheme="category10")
        ),
        tooltip=[
            alt.Tooltip("label:N", title="labelled"), alt.Tooltip("number:Q", title="training picture", format=","),
        ],
    )  # fmt: skip
    yours = pd.DataFrame({"x": [here[0]], "y": [here[1]], "label": [str(digit)], "what": ["your drawing"]})
    at = alt.Chart(yours).encode(x="x:Q", y="y:Q", tooltip=[alt.Tooltip("what:N", title=" ")])
    disc = at.mark_point(shape="circle", size=900, filled=True, fill="#f0a010", stroke="#000", strokeWidth=2, opacity=1)
    text = at.mark_text(fontSize=18, fontWeight="bold", color="#000").encode(text="label:N")
    st.altair_chart(
        alt.layer(digits, disc, text), height=440, key="digit_map",
        alt=f"Map of {sample.mapped:,} training digits, with your drawing, read as {digit}, marked",
    )  # fmt: skip

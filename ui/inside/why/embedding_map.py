"""The section Similar digits: the drawing among the training digits, by the network's last hidden layer."""

from __future__ import annotations

import pandas as pd
import streamlit as st
import torch

from model.data.datasets import DataError, DataSet, to_float
from model.data.preprocess import Float
from model.inspection.embedding import MAPPED, Embedding, embed, hidden_features, nearest_neighbours
from model.inspection.embedding_map import PcaMap, pca_map, place_by_neighbours, tsne_map
from model.language import _, ngettext
from model.network.cnn import DigitCNN
from model.network.layers import CLASSES
from model.recognizer import Reading, Recognizer
from ui.components.pictures import Picture, pictures
from ui.shared.charts import category, layer, quantity, show
from ui.shared.data_set import data_set
from ui.shared.formatting import a_digit, percent, plain_markdown

PCA, TSNE = "PCA", "t-SNE"
NEIGHBOURS = 5

_ENTRIES = 8
"""Networks whose map is kept: a map and its features take 3 MB for the shipped network, 20 MB for the widest."""


def embedding_map(recognizer: Recognizer, reading: Reading, answer: int) -> None:
    """The nearest training digits, and a map with the drawing. answer: the digit that the network reads."""
    try:
        data = data_set()
    except DataError as error:
        st.error(plain_markdown(str(error)))
        return
    if data.notice:
        st.info(plain_markdown(data.notice))
    with st.spinner(_("The network reads training pictures. This happens once …")):
        sample = _embedding(recognizer.fingerprint, data.name, recognizer.network, data)
    features = hidden_features(recognizer.network, torch.from_numpy(reading.image)[None, None])[0]
    near = nearest_neighbours(sample.features, features, NEIGHBOURS)
    labels = sample.labels[near.rows]
    agree = int((labels == answer).sum())

    st.subheader(_("Its {count} nearest training digits", count=NEIGHBOURS), anchor=False)
    pictures(
        [
            Picture(
                to_float(data.train.images[int(sample.numbers[row]), 0]).numpy(),
                a_digit(label).capitalize(),
                _("Training picture {number:,}, {a_digit}", number=sample.numbers[row], a_digit=a_digit(label)),
                _("distance {distance:.1f}", distance=distance),
            )
            for row, label, distance in zip(near.rows, labels, near.distances, strict=True)
        ],
        key="neighbours",
        size="5.5rem",
    )
    text = _(
        "Of {count:,} training pictures, these are nearest to your drawing in the {numbers} numbers of the last hidden "
        "layer.",
        count=len(sample.labels),
        numbers=sample.features.shape[1],
    )
    st.caption(f"{text} {_agreement(agree, answer)}")

    st.subheader(_("The map"), anchor=False)
    kind = st.segmented_control(
        _("Kind of map"),
        [PCA, TSNE],
        default=PCA,
        required=True,
        key="map_kind",
        persist_state="session",
        label_visibility="collapsed",
    )
    if kind == TSNE:
        with st.spinner(
            _("t-SNE arranges {count:,} digits. This happens once and takes about 10 seconds …", count=MAPPED)
        ):
            points = _tsne_map(recognizer.fingerprint, data.name, sample)
        here = place_by_neighbours(points, nearest_neighbours(sample.features[: sample.mapped], features, NEIGHBOURS))
        titles = None
    else:
        with st.spinner(_("Finding the two main directions …")):
            pca = _pca_map(recognizer.fingerprint, data.name, sample)
        points, here = pca.points, pca.place(features)
        first, second = (percent(share, 0) for share in pca.explained)
        titles = (_("First component ({share})", share=first), _("Second component ({share})", share=second))
    _draw_map(points, sample, here, answer, titles)
    if kind == TSNE:
        st.caption(
            _(
                "t-SNE places neighbours close together. Distances between groups and the sizes of groups mean "
                "little. It cannot place a new point, so your drawing is at the mean of its five nearest points; "
                "nearer points count more."
            )
        )
    else:
        st.caption(
            _(
                "PCA projects the {numbers} numbers onto the two directions in which the training digits differ most; "
                "these have {share} of all the variance. Groups that overlap here may be far apart in the other "
                "directions.",
                numbers=sample.features.shape[1],
                share=percent(sum(pca.explained), 0),
            )
        )


def _agreement(agree: int, answer: int) -> str:
    """How many of the neighbours have the network's answer as their label, in words."""
    if agree == NEIGHBOURS:
        return _("All of them are labelled {digit}, which is the network's answer.", digit=answer)
    if agree == 0:
        return _("None of them is labelled {digit}, which is the network's answer.", digit=answer)
    return ngettext(
        "{count} of them is labelled {digit}, which is the network's answer.",
        "{count} of them are labelled {digit}, which is the network's answer.",
        agree,
        digit=answer,
    )


@st.cache_resource(max_entries=_ENTRIES, show_spinner=False)
def _embedding(fingerprint: str, name: str, _network: DigitCNN, _data: DataSet) -> Embedding:
    return embed(_network, _data.train)


@st.cache_resource(max_entries=_ENTRIES, show_spinner=False)
def _pca_map(fingerprint: str, name: str, _sample: Embedding) -> PcaMap:
    return pca_map(_sample)


@st.cache_resource(max_entries=_ENTRIES, show_spinner=False)
def _tsne_map(fingerprint: str, name: str, _sample: Embedding) -> Float:
    return tsne_map(_sample)


def _draw_map(
    points: Float, sample: Embedding, here: tuple[float, float], digit: int, titles: tuple[str, ...] | None
) -> None:
    """Each training digit is drawn as its numeral, so the map can be read without colours; the drawing has a ring."""
    frame = pd.DataFrame(
        {
            "x": points[:, 0],
            "y": points[:, 1],
            "label": sample.labels[: sample.mapped].astype(str),
            "number": sample.numbers[: sample.mapped],
        }
    )
    first, second = titles or ("", "")
    scale = {"zero": False, "nice": False, "padding": 14}
    quiet = {"labels": False, "ticks": False, "grid": False} if titles else None
    place = {
        "x": quantity("x", first or None, axis=quiet, scale=scale),
        "y": quantity("y", second or None, axis=quiet, scale=scale),
    }
    digits = layer(
        {"type": "text", "fontSize": 10, "opacity": 0.75},
        **place,
        text=category("label"),
        color=category(
            "label", legend=None, scale={"domain": [str(each) for each in range(CLASSES)], "scheme": "category10"}
        ),
        tooltip=[category("label", _("labelled")), quantity("number", _("training picture"), format=",")],
    )
    yours = [{"x": here[0], "y": here[1], "label": str(digit), "what": _("your drawing")}]
    at = {**place, "tooltip": [category("what", " ")]}
    ring = {"shape": "circle", "size": 900, "filled": True, "fill": "#f0a010", "stroke": "#000", "strokeWidth": 2}
    bold = {"type": "text", "fontSize": 18, "fontWeight": "bold", "color": "#000"}
    show(
        [
            digits,
            layer({"type": "point", "opacity": 1, **ring}, yours, **at),
            layer(bold, yours, **at, text=category("label")),
        ],
        frame,
        height=440,
        key="digit_map",
        alt=_(
            "Map of {count:,} training digits, with your drawing, read as {digit}, marked",
            count=sample.mapped,
            digit=digit,
        ),
    )

"""The pictures of the data set, page by page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
import streamlit as st
from torch import Tensor

from model.data.datasets import DataSet, ImageSet, to_float
from model.data.preprocess import Float
from model.language import N_, _, ngettext
from model.network.layers import CLASSES
from model.theory.cnn.dataset import distance_from_mean, ink, slant
from ui.components.pictures import Picture, pictures
from ui.learn.controls import choose, choose_in_list, whole_number
from ui.shared.data_set import data_set

PER_PAGE = 40

Part = Literal["train", "test"]
Order = Literal["plain", "thin", "bold", "left", "right", "far"]

_PARTS: dict[Part, str] = {"train": N_("Training"), "test": N_("Test")}
_ORDERS: dict[Order, str] = {
    "plain": N_("As in the data set"),
    "thin": N_("Thinnest first"),
    "bold": N_("Boldest first"),
    "left": N_("Most slanted to the left first"),
    "right": N_("Most slanted to the right first"),
    "far": N_("Farthest from the mean picture first"),
}
_MEASURES: dict[Order, Callable[[Tensor], Tensor]] = {
    "thin": ink,
    "bold": lambda images: -ink(images),
    "left": slant,
    "right": lambda images: -slant(images),
    "far": lambda images: -distance_from_mean(images),
}
"""What each order sorts by, the smallest first."""


def describe_data(data: DataSet) -> str:
    """What the pictures are, and how many there are."""
    origin = (
        _("MNIST: digits written by American Census employees and high-school students.")
        if data.name == "mnist"
        else _("The offline digits: small pictures that come with scikit-learn, from 13 people, enlarged.")
    )
    counts = _("{train:,} pictures are for training, {test:,} for testing.", train=len(data.train), test=len(data.test))
    return f"{origin} {counts}"


@st.fragment
def browse() -> None:
    """The controls, and one page of pictures of a digit."""
    data = data_set()
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        digit = choose(_("Digit"), range(CLASSES), key="cnn_digit", default=3)
        part = choose(_("Pictures"), tuple(_PARTS), key="cnn_part", format_func=lambda part: _(_PARTS[part]))
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        order = choose_in_list(
            _("Order"), tuple(_ORDERS), key="cnn_order", format_func=lambda order: _(_ORDERS[order]), width=340
        )
        numbers = _sorted_numbers(data.name, part, digit, order, data)
        last = max(1, -(-len(numbers) // PER_PAGE))
        page = whole_number(
            _("Page, 1 to {last}", last=last), last, key="cnn_page", default=1, width=170, too_large="nearest"
        )
    shown = numbers[PER_PAGE * (page - 1) : PER_PAGE * page].tolist()
    if not shown:
        st.markdown(_("There is no picture of this digit."))
        return
    images = _images(data, part)
    pictures([_picture(images, number, digit) for number in shown], key="cnn_sheet", size="3.9rem")
    st.caption(
        ngettext(
            "{count:,} picture of this digit. Below each picture is its number in the set.",
            "{count:,} pictures of this digit. Below each picture is its number in the set.",
            len(numbers),
        )
    )


def pixels_of(images: ImageSet, number: int) -> Float:
    """float32 (28, 28) in [0, 1]: one picture of a set."""
    return np.asarray(to_float(images.images[number, 0]).numpy(), np.float32)


def _images(data: DataSet, part: Part) -> ImageSet:
    return data.train if part == "train" else data.test


def _picture(images: ImageSet, number: int, digit: int) -> Picture:
    alt = _("Picture {number:,}: a handwritten digit {digit}", number=number, digit=digit)
    return Picture(pixels_of(images, number), "", alt, f"{number:,}")


@st.cache_resource(max_entries=240, show_spinner=False)
def _sorted_numbers(name: str, part: Part, digit: int, order: Order, _data: DataSet) -> Tensor:
    """int64: the numbers of the pictures of a digit, in an order."""
    images = _images(_data, part)
    numbers = (images.labels == digit).nonzero().flatten()
    if order == "plain" or not len(numbers):
        return numbers
    return numbers[_MEASURES[order](images.images[numbers]).argsort(stable=True)]

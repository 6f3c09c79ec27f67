"""The data set as the lesson shows it: to be leafed through, its variety, its odd and its doubtful pictures."""

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
from model.recognizer import Recognizer
from model.theory.cnn.dataset import Study, Variety, distance_from_mean, ink, slant, study, variety
from model.training.evaluation import worst_mistakes
from ui.components.pictures import Picture, pictures
from ui.learn.choice import choose
from ui.shared.data_set import data_set
from ui.shared.formatting import percent
from ui.shared.shared_work import SharedWork

SHEET = 40
"""Pictures on a page."""

ODD, DOUBTFUL = 10, 20
"""Pictures shown of each."""

Part = Literal["train", "test"]
Order = Literal["plain", "thin", "bold", "left", "right", "far"]

_PARTS: dict[Part, str] = {"train": N_("Training"), "test": N_("Test")}
_ORDERS: dict[Order, str] = {
    "plain": N_("As they come"),
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
"""By what each order sorts, the smallest first."""


def which_data(data: DataSet) -> str:
    """One sentence or two: what the pictures of this page are."""
    told = (
        _("MNIST: digits that American Census employees and high-school students wrote.")
        if data.name == "mnist"
        else _("The offline digits: small pictures that come with scikit-learn, from 13 people, enlarged.")
    )
    counts = _("{train:,} pictures are for training, {test:,} for testing.", train=len(data.train), test=len(data.test))
    return f"{told} {counts}"


# --- Leafing ----------------------------------------------------------------------------------------------------------


@st.fragment
def browse() -> None:
    """Sheets of pictures of one digit, in an order of one's choice."""
    data = data_set()
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        digit = choose(_("Digit"), range(CLASSES), key="cnn_digit", default=3)
        part = choose(_("Pictures"), tuple(_PARTS), key="cnn_part", written=lambda part: _(_PARTS[part]))
    if st.session_state.get("cnn_order") not in list(_ORDERS):
        st.session_state["cnn_order"] = "plain"
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        order: Order = st.selectbox(
            _("Order"),
            tuple(_ORDERS),
            format_func=lambda order: _(_ORDERS[order]),
            key="cnn_order",
            persist_state="session",
            width=340,
        )
        numbers = _sorted(data.name, part, digit, order, data)
        page = _page(-(-len(numbers) // SHEET))
    shown = numbers[SHEET * page : SHEET * (page + 1)].tolist()
    if not shown:
        st.markdown(_("There is no picture of this digit."))
        return
    images = _set(data, part)
    pictures([_numbered(images, number, digit) for number in shown], key="cnn_sheet", size="3.9rem")
    st.caption(
        ngettext(
            "{count:,} picture of this digit; below each stands its number in the set.",
            "{count:,} pictures of this digit; below each stands its number in the set.",
            len(numbers),
        )
    )


def _page(count: int) -> int:
    """The chooser of the page, from 0; another digit may have fewer."""
    kept = st.session_state.get("cnn_page")
    last = max(1, count)
    st.session_state["cnn_page"] = min(max(kept, 1), last) if isinstance(kept, int) else 1
    page = st.number_input(
        _("Page, 1 to {last}", last=last), 1, last, step=1, key="cnn_page", persist_state="session", width=170
    )
    return int(page or 1) - 1


def _set(data: DataSet, part: Part) -> ImageSet:
    return data.train if part == "train" else data.test


def _numbered(images: ImageSet, number: int, digit: int) -> Picture:
    alt = _("Picture {number:,}: a handwritten digit {digit}", number=number, digit=digit)
    return Picture(_pixels(images, number), "", alt, f"{number:,}")


def _pixels(images: ImageSet, number: int) -> Float:
    return np.asarray(to_float(images.images[number, 0]).numpy(), np.float32)


@st.cache_resource(max_entries=240, show_spinner=False)
def _sorted(name: str, part: Part, digit: int, order: Order, _data: DataSet) -> Tensor:
    """int64: the numbers of the pictures of a digit in an order."""
    images = _set(_data, part)
    numbers = (images.labels == digit).nonzero().flatten()
    if order == "plain" or not len(numbers):
        return numbers
    return numbers[_MEASURES[order](images.images[numbers]).argsort(stable=True)]


# --- Variety ----------------------------------------------------------------------------------------------------------


def show_variety() -> None:
    """The mean of each digit, and where its pictures differ."""
    data = data_set()
    found = _variety(data.name, data)
    st.markdown(_("The mean of all training pictures of a digit; the number below says how many there are."))
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
    most = max(float(found.spread.max()), 1e-9)
    pictures(
        [
            Picture(
                (found.spread[digit] / most).numpy(),
                str(digit),
                _("The spread of each pixel among the training pictures of digit {digit}", digit=digit),
                f"{float(found.spread[digit].mean()):.3f}",
            )
            for digit in range(CLASSES)
        ],
        key="cnn_spreads",
        size="5rem",
    )
    many = [digit for digit in range(CLASSES) if found.counts[digit]]
    means = found.spread.mean((1, 2))
    steady, varied = (by(many, key=lambda digit: float(means[digit])) for by in (min, max))
    st.caption(
        _(
            "Below each is the mean of its spread. By it the {steady} is written most alike and the {varied} in the "
            "most different ways.",
            steady=steady,
            varied=varied,
        )
    )


@st.cache_resource(max_entries=2, show_spinner=False)
def _variety(name: str, _data: DataSet) -> Variety:
    return variety(_data.train)


# --- Odd and doubtful -------------------------------------------------------------------------------------------------


@st.cache_resource(max_entries=16, show_spinner=False)
def _studied(fingerprint: str, name: str, _recognizer: Recognizer, _data: DataSet) -> SharedWork[Study]:
    return SharedWork(lambda: study(_recognizer.network, _data.test))


@st.fragment
def odd_and_doubtful(recognizer: Recognizer) -> None:
    """The test pictures that are unlike the others for the network, and those that it takes for another digit."""
    data = data_set()
    work = _studied(recognizer.fingerprint, data.name, recognizer, data)
    found = work.finish(_("The network reads the test pictures, once …"))
    labels = data.test.labels
    st.markdown(
        _(
            "Odd: of all test pictures of a digit, those that lie farthest from its mean in the last hidden layer of "
            "the network. It may read them rightly all the same."
        )
    )
    digit = choose(_("Odd pictures of"), range(CLASSES), key="cnn_odd_digit", default=7)
    shares, answers = found.logits.softmax(1).max(1)
    odd = found.oddest(labels, digit, ODD)
    pictures(
        [
            Picture(
                _pixels(data.test, number),
                _("read as {answer}", answer=int(answers[number])),
                _("Test picture {number:,}, labelled {digit}", number=number, digit=digit),
                percent(float(shares[number]), 0),
                marked=int(answers[number]) != digit,
            )
            for number in odd
        ],
        key="cnn_odd",
        size="5rem",
    )
    if not odd:
        st.markdown(_("There is no picture of this digit."))
    _doubtful(found, data.test)


def _doubtful(found: Study, test: ImageSet) -> None:
    wrong = int((found.logits.argmax(1) != test.labels).sum())
    st.markdown(
        ngettext(
            "Doubtful: the network reads {count:,} test picture as another digit than its label says.",
            "Doubtful: the network reads {count:,} test pictures as another digit than their labels say.",
            wrong,
        )
        if wrong
        else _("Doubtful: none. The network reads every test picture as its label says.")
    )
    mistakes = worst_mistakes(found.logits, test.labels, DOUBTFUL)
    if not mistakes:
        return
    pictures(
        [
            Picture(
                _pixels(test, mistake.number),
                _("label {label}", label=mistake.label),
                _(
                    "Test picture {number:,}, labelled {label}, read as {digit}",
                    number=mistake.number,
                    label=mistake.label,
                    digit=mistake.digit,
                ),
                _("read as {digit}, {share}", digit=mistake.digit, share=percent(mistake.share, 0)),
            )
            for mistake in mistakes
        ],
        key="cnn_doubtful",
        size="6rem",
    )
    st.caption(
        _(
            "Those of which it was surest come first. Is it the network that errs, the writer, or whoever wrote the "
            "label? With some, nobody can know; no network should be expected to read all of them."
        )
    )
